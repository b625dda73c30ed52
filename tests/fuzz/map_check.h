/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks that hold for every memory map, for the fuzzers that make one. */
#ifndef FUZZ_MAP_CHECK_H
#define FUZZ_MAP_CHECK_H

#include <stdlib.h>

#include "machine/machine_internal.h"

static inline void check_map(const struct memory_map *map)
{
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct memory_range *range = &map->ranges[i];

		if (range->start >= range->end)
			abort();
		if (!i)
			continue;
		if (range[-1].end > range->start)
			abort();
		if (range[-1].end == range->start && range[-1].type == range->type)
			abort();
	}
}

#endif
