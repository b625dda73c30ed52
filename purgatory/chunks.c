// SPDX-License-Identifier: GPL-2.0-only
/* The digests of chunks: as many full ones at a time as the CPU has lanes for. */
#include "chunks.h"

#include <string.h>

static void one_chunk(const struct sha256_method *method, const uint8_t *data,
		      size_t size, uint8_t digest[SHA256_BYTES])
{
	struct sha256 sha;

	sha256_init(&sha, method->blocks);
	sha256_update(&sha, data, size);
	sha256_final(&sha, digest);
}

/*
 * count full chunks, at most as many as there are lanes. The other lanes compute the last
 * chunk again, for nothing.
 */
static void full_chunks(const struct sha256_method *method, const uint8_t *data,
			unsigned int count, uint8_t digests[][SHA256_BYTES])
{
	struct sha256 lanes[SHA256_LANES_MAX];
	uint32_t states[SHA256_LANES_MAX][SHA256_STATE_WORDS];
	const uint8_t *sources[SHA256_LANES_MAX];
	unsigned int i;

	/* Also for lanes that the method does not have, which is simpler. */
	for (i = 0; i < SHA256_LANES_MAX; i++) {
		unsigned int chunk = i < count ? i : count - 1;

		sha256_init(&lanes[i], method->blocks);
		memcpy(states[i], lanes[i].state, sizeof(states[i]));
		sources[i] = data + (size_t)chunk * PURGATORY_CHUNK_BYTES;
	}
	method->lanes_blocks(states, sources, PURGATORY_CHUNK_BYTES / SHA256_BLOCK_BYTES);
	for (i = 0; i < count; i++) {
		memcpy(lanes[i].state, states[i], sizeof(states[i]));
		lanes[i].length = PURGATORY_CHUNK_BYTES;
		sha256_final(&lanes[i], digests[i]);
	}
}

size_t chunk_digests(const struct sha256_method *method, const uint8_t *data, size_t size,
		     uint8_t digests[CHUNK_GROUP][SHA256_BYTES])
{
	size_t done = 0;

	while (size) {
		size_t full = size / PURGATORY_CHUNK_BYTES, count = 1, taken;

		if (method->lanes > 1 && full > 1) {
			count = full < method->lanes ? full : method->lanes;
			full_chunks(method, data, (unsigned int)count, digests + done);
			taken = count * PURGATORY_CHUNK_BYTES;
		} else {
			taken = full ? PURGATORY_CHUNK_BYTES : size;
			one_chunk(method, data, taken, digests[done]);
		}
		done += count;
		data += taken;
		size -= taken;
	}
	return done;
}
