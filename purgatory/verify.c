// SPDX-License-Identifier: GPL-2.0-only
#include "verify.h"

#include "chunks.h"

static bool region_is_unchanged(const struct physical_memory *memory,
				const struct purgatory_region *region,
				const struct sha256_method *method)
{
	uint64_t left = region->end - region->start;
	uint8_t digest[SHA256_BYTES];
	struct sha256 list;
	const uint8_t *next;
	void *data;

	/* A reversed region has a length that wraps, which this refuses too. */
	if (!physical_pointer(memory, region->start, left, &data))
		return false;
	sha256_init(&list, method->blocks);
	for (next = data; left;) {
		size_t size = left < CHUNK_GROUP_BYTES ? left : CHUNK_GROUP_BYTES;
		uint8_t digests[CHUNK_GROUP][SHA256_BYTES];
		size_t count = chunk_digests(method, next, size, digests);

		sha256_update(&list, digests, count * SHA256_BYTES);
		next += size;
		left -= size;
	}
	sha256_final(&list, digest);
	return !memcmp(digest, region->sha256, sizeof(digest));
}

int verify_regions(const struct physical_memory *memory,
		   const struct purgatory_region *regions, uint32_t count,
		   const struct sha256_method *method)
{
	for (uint32_t i = 0; i < count; i++)
		if (!region_is_unchanged(memory, &regions[i], method))
			return (int)i;
	return VERIFY_OK;
}
