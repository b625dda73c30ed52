// SPDX-License-Identifier: GPL-2.0-only
/* FIPS 180-4, 6.2; the names of functions and variables are those of the standard. */
#include "sha256.h"
#include "sha256_rounds.h"

#include <string.h>

/* The length in bits that ends the last block. */
#define LENGTH_BYTES 8u

const uint32_t sha256_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* FIPS 180-4, 5.3.3. */
static const uint32_t initial_state[SHA256_STATE_WORDS] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static inline uint32_t rotate_right(uint32_t value, unsigned int bits)
{
	return value >> bits | value << (32 - bits);
}

/*
 * Freestanding, memcpy is a function like any other, and sixteen calls of purgatory's for
 * each block take as long as the rounds.
 */
static inline uint32_t load_big_endian(const uint8_t *bytes)
{
	uint32_t value;

	__builtin_memcpy(&value, bytes, sizeof(value));
	return __builtin_bswap32(value);
}

static inline uint32_t ch(uint32_t x, uint32_t y, uint32_t z)
{
	return z ^ (x & (y ^ z));
}

static inline uint32_t maj(uint32_t x, uint32_t y, uint32_t z)
{
	return (x & y) | (z & (x | y));
}

static inline uint32_t big_sigma0(uint32_t x)
{
	return rotate_right(x, 2) ^ rotate_right(x, 13) ^ rotate_right(x, 22);
}

static inline uint32_t big_sigma1(uint32_t x)
{
	return rotate_right(x, 6) ^ rotate_right(x, 11) ^ rotate_right(x, 25);
}

static inline uint32_t small_sigma0(uint32_t x)
{
	return rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3;
}

static inline uint32_t small_sigma1(uint32_t x)
{
	return rotate_right(x, 17) ^ rotate_right(x, 19) ^ x >> 10;
}

/*
 * The word of the message schedule for round t, given i = t % 16. Only sixteen are kept:
 * each takes the place of the one that is no longer needed. FIPS 180-4, 6.2.2 step 1.
 */
static inline uint32_t schedule(uint32_t w[16], unsigned int i, bool first)
{
	if (!first)
		w[i] += small_sigma0(w[(i + 1) % 16]) + w[(i + 9) % 16] +
			small_sigma1(w[(i + 14) % 16]);
	return w[i];
}

#define ROUND(a, b, c, d, e, f, g, h, i)                                         \
	do {                                                                     \
		uint32_t t1 = (h) + big_sigma1(e) + ch(e, f, g) + constants[i] + \
			      schedule(w, i, first);                             \
                                                                                 \
		(d) += t1;                                                       \
		(h) = t1 + big_sigma0(a) + maj(a, b, c);                         \
	} while (0)

/* Inlined, so that first and every index are constants: that makes it twice as fast. */
static inline __attribute__((always_inline)) void
sixteen_rounds(uint32_t v[SHA256_STATE_WORDS], uint32_t w[16], const uint32_t *constants,
	       bool first)
{
	uint32_t a = v[0], b = v[1], c = v[2], d = v[3];
	uint32_t e = v[4], f = v[5], g = v[6], h = v[7];

	EIGHT_ROUNDS(0);
	EIGHT_ROUNDS(8);

	v[0] = a;
	v[1] = b;
	v[2] = c;
	v[3] = d;
	v[4] = e;
	v[5] = f;
	v[6] = g;
	v[7] = h;
}

static void one_block(uint32_t state[SHA256_STATE_WORDS], const uint8_t *data)
{
	uint32_t v[SHA256_STATE_WORDS], w[16];

	__builtin_memcpy(v, state, sizeof(v));
	for (unsigned int i = 0; i < 16; i++)
		w[i] = load_big_endian(data + 4 * i);
	sixteen_rounds(v, w, sha256_constants, true);
	for (unsigned int t = 16; t < 64; t += 16)
		sixteen_rounds(v, w, sha256_constants + t, false);
	for (unsigned int i = 0; i < SHA256_STATE_WORDS; i++)
		state[i] += v[i];
}

void sha256_blocks_portable(uint32_t state[SHA256_STATE_WORDS], const uint8_t *data,
			    size_t count)
{
	for (; count; count--, data += SHA256_BLOCK_BYTES)
		one_block(state, data);
}

void sha256_init(struct sha256 *sha, sha256_blocks_function *blocks)
{
	memcpy(sha->state, initial_state, sizeof(sha->state));
	sha->length = 0;
	sha->blocks = blocks;
}

void sha256_update(struct sha256 *sha, const void *data, size_t size)
{
	size_t filled = sha->length % SHA256_BLOCK_BYTES;
	const uint8_t *next = data;

	if (!size)
		return;
	sha->length += size;
	if (filled) {
		size_t room = SHA256_BLOCK_BYTES - filled;

		if (size < room) {
			memcpy(sha->block + filled, next, size);
			return;
		}
		memcpy(sha->block + filled, next, room);
		sha->blocks(sha->state, sha->block, 1);
		next += room;
		size -= room;
	}
	sha->blocks(sha->state, next, size / SHA256_BLOCK_BYTES);
	memcpy(sha->block, next + size / SHA256_BLOCK_BYTES * SHA256_BLOCK_BYTES,
	       size % SHA256_BLOCK_BYTES);
}

/* FIPS 180-4, 5.1.1: a one bit, zeros, and the length in bits. */
void sha256_final(struct sha256 *sha, uint8_t digest[SHA256_BYTES])
{
	size_t filled = sha->length % SHA256_BLOCK_BYTES;
	uint64_t bits = __builtin_bswap64(sha->length * 8);

	sha->block[filled++] = 0x80;
	if (filled > SHA256_BLOCK_BYTES - LENGTH_BYTES) {
		memset(sha->block + filled, 0, SHA256_BLOCK_BYTES - filled);
		sha->blocks(sha->state, sha->block, 1);
		filled = 0;
	}
	memset(sha->block + filled, 0, SHA256_BLOCK_BYTES - LENGTH_BYTES - filled);
	memcpy(sha->block + SHA256_BLOCK_BYTES - LENGTH_BYTES, &bits, LENGTH_BYTES);
	sha->blocks(sha->state, sha->block, 1);

	for (unsigned int i = 0; i < SHA256_STATE_WORDS; i++) {
		uint32_t word = __builtin_bswap32(sha->state[i]);

		memcpy(digest + 4 * i, &word, sizeof(word));
	}
}
