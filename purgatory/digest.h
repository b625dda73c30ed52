/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The digest of a region (purgatory_params.h), one source for the loader and for
 * purgatory: XXH64 of libxxhash. All of it is inlined, because purgatory links with no
 * library.
 */
#ifndef PURGATORY_DIGEST_H
#define PURGATORY_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* The name that --dry-run=json gives the algorithm. */
#define DIGEST_ALGORITHM "xxh64"

#define XXH_INLINE_ALL
#define XXH_NO_STDLIB
/*
 * Unaligned words are read through packed types. Read with memcpy, each would be a call
 * in a freestanding program (GCC manual, "Standards").
 */
#define XXH_FORCE_MEMORY_ACCESS 1
#include <xxhash.h>

/* Returns the digest of size bytes at data; size may be 0. */
static inline uint64_t digest_of(const void *data, size_t size, uint64_t seed)
{
	return XXH64(data, size, seed);
}

/* The state of a digest while its data is added piece by piece. */
struct digest {
	XXH64_state_t state;
};

/* Begins a digest. */
static inline void digest_begin(struct digest *digest, uint64_t seed)
{
	XXH64_reset(&digest->state, seed);
}

/* Adds the next size bytes at data; size may be 0. */
static inline void digest_add(struct digest *digest, const void *data, size_t size)
{
	XXH64_update(&digest->state, data, size);
}

/* Returns the digest of all that was added. */
static inline uint64_t digest_end(const struct digest *digest)
{
	return XXH64_digest(&digest->state);
}

#endif
