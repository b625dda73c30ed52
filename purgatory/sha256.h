/* SPDX-License-Identifier: GPL-2.0-only */
/* SHA-256 as in FIPS 180-4, one source for the loader and for purgatory. */
#ifndef PURGATORY_SHA256_H
#define PURGATORY_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Without this clang fetches addresses of functions from a global offset table, and
 * purgatory, which nobody relocates, has none.
 */
#pragma GCC visibility push(hidden)

#define SHA256_BYTES	   32u
#define SHA256_BLOCK_BYTES 64u
#define SHA256_STATE_WORDS 8u

/* Takes count blocks of 64 bytes, at any alignment, into state. */
typedef void sha256_blocks_function(uint32_t state[SHA256_STATE_WORDS],
				    const uint8_t *data, size_t count);

/* Plain C. */
sha256_blocks_function sha256_blocks_portable;

/*
 * The CPU's SHA extensions. Only where CPUID reports SHA, SSSE3 and SSE4.1, and while the
 * CPU accepts SSE instructions (sse.h).
 */
sha256_blocks_function sha256_blocks_extensions;

/*
 * The same for several messages side by side, as many as the function has lanes: states[i]
 * takes count blocks from data[i] on.
 */
typedef void sha256_lanes_function(uint32_t states[][SHA256_STATE_WORDS],
				   const uint8_t *const data[], size_t count);

#define SHA256_LANES_MAX 4u

/* Four lanes in SSE2 registers, which every x86-64 CPU has, while it accepts them. */
sha256_lanes_function sha256_lanes_sse2;

/* Two lanes through the SHA extensions; where sha256_blocks_extensions may be used. */
sha256_lanes_function sha256_lanes_extensions;

struct sha256 {
	uint32_t state[SHA256_STATE_WORDS];
	uint64_t length; /* bytes taken so far */
	uint8_t block[SHA256_BLOCK_BYTES];
	sha256_blocks_function *blocks;
};

/* Begins a digest that is computed by one of the two functions above. */
void sha256_init(struct sha256 *sha, sha256_blocks_function *blocks);

/* Takes size bytes, 0 included. All together: less than 2^61. */
void sha256_update(struct sha256 *sha, const void *data, size_t size);

/* Ends the digest; sha has to be initialised again before its next use. */
void sha256_final(struct sha256 *sha, uint8_t digest[SHA256_BYTES]);

/* How a CPU computes digests best: of one message, and of several of one length. */
struct sha256_method {
	sha256_blocks_function *blocks;
	sha256_lanes_function *lanes_blocks; /* NULL if lanes is 1 */
	unsigned int lanes;		     /* 1 to SHA256_LANES_MAX */
};

/* The three there are; sse2 and extensions only while the CPU accepts SSE instructions. */
struct sha256_method sha256_method_portable(void);
struct sha256_method sha256_method_sse2(void);
struct sha256_method sha256_method_extensions(void);

/*
 * True if it computes the digests that the standard's examples give, of one block and
 * of two in one call, and in each lane on its own. Asked before anything but portable
 * code is trusted.
 */
bool sha256_self_test(const struct sha256_method *method);

/* The first of count methods that passes its test; if none does, portable code. */
struct sha256_method sha256_first_sound(const struct sha256_method *methods,
					unsigned int count);

/*
 * The fastest that passes its test: extensions (if the CPU is said to have them), SSE2 (if
 * that is said to be worth it), portable code. While the CPU accepts SSE instructions.
 */
struct sha256_method sha256_choose(bool has_extensions, bool sse_pays);

/* The round constants, for the block functions; FIPS 180-4, 4.2.2. */
extern const uint32_t sha256_constants[64] __attribute__((aligned(16)));

#pragma GCC visibility pop

#endif
