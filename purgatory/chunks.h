/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The digest of a region (purgatory_params.h), one source for the loader and for purgatory: the
 * SHA-256 of the list of the SHA-256 digests of its chunks. Chunks do not depend on each
 * other, so several can be computed at once. The list itself is kept nowhere.
 */
#ifndef PURGATORY_CHUNKS_H
#define PURGATORY_CHUNKS_H

#include "purgatory_params.h"
#include "sha256.h"

#pragma GCC visibility push(hidden)

/* As many chunks as a call below is worth giving: every method can use all its lanes. */
#define CHUNK_GROUP	  SHA256_LANES_MAX
#define CHUNK_GROUP_BYTES (CHUNK_GROUP * PURGATORY_CHUNK_BYTES)

/*
 * The digests of the chunks of data, size bytes of which every chunk but the last is full.
 * Returns how many there are: size / PURGATORY_CHUNK_BYTES, rounded up.
 * size: 0 to CHUNK_GROUP_BYTES; digests: room for as many.
 */
size_t chunk_digests(const struct sha256_method *method, const uint8_t *data, size_t size,
		     uint8_t digests[CHUNK_GROUP][SHA256_BYTES]);

#pragma GCC visibility pop

#endif
