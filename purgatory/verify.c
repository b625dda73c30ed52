// SPDX-License-Identifier: GPL-2.0-only
#include "verify.h"

#include "digest.h"

static bool region_is_unchanged(const struct physical_memory *memory,
				const struct purgatory_region *region, uint64_t seed)
{
	uint64_t size = region->end - region->start;
	void *data;

	/* A reversed region has a size that wraps, which this refuses too. */
	if (!physical_pointer(memory, region->start, size, &data))
		return false;
	return digest_of(data, size, seed) == region->digest;
}

int verify_regions(const struct physical_memory *memory,
		   const struct purgatory_region *regions, uint32_t count, uint64_t seed)
{
	for (uint32_t i = 0; i < count; i++)
		if (!region_is_unchanged(memory, &regions[i], seed))
			return (int)i;
	return VERIFY_OK;
}
