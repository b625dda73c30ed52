// SPDX-License-Identifier: GPL-2.0-only
#include "verify.h"

static bool region_is_unchanged(const struct physical_memory *memory,
				const struct handover_region *region,
				sha256_blocks_function *blocks)
{
	uint8_t digest[SHA256_BYTES];
	struct sha256 sha;
	void *data;

	/* A reversed region has a length that wraps, which this refuses too. */
	if (!physical_pointer(memory, region->start, region->end - region->start, &data))
		return false;
	sha256_init(&sha, blocks);
	sha256_update(&sha, data, region->end - region->start);
	sha256_final(&sha, digest);
	return !memcmp(digest, region->sha256, sizeof(digest));
}

int verify_regions(const struct physical_memory *memory,
		   const struct handover_region *regions, uint32_t count,
		   sha256_blocks_function *blocks)
{
	for (uint32_t i = 0; i < count; i++)
		if (!region_is_unchanged(memory, &regions[i], blocks))
			return (int)i;
	return VERIFY_OK;
}
