// SPDX-License-Identifier: GPL-2.0-only
/* All places in a memory map that fit a request, numbered from the lowest one on. */
#include "memory/memory_places.h"

#include <errno.h>

#include "util/bytes.h"

/* Returns the number of places within one range, and sets *first if it is not 0. */
static uint64_t count_in(const struct memory_range *range,
			 const struct memory_hole_request *request, uint64_t *first)
{
	uint64_t low = range->start > request->min ? range->start : request->min;
	uint64_t high = range->end < request->max ? range->end : request->max;
	uint64_t start;

	if (high < request->size || !add_u64(low, request->alignment - 1, &start))
		return 0;
	start = align_down(start, request->alignment);
	if (start > high - request->size)
		return 0;
	*first = start;
	return (high - request->size - start) / request->alignment + 1;
}

static bool is_valid(const struct memory_hole_request *request)
{
	return request->size && is_power_of_two(request->alignment);
}

uint64_t memory_places_count(const struct memory_map *map, enum memory_type type,
			     const struct memory_hole_request *request)
{
	uint64_t count = 0, first;
	size_t i;

	for (i = 0; is_valid(request) && i < map->count; i++)
		if (map->ranges[i].type == type)
			count += count_in(&map->ranges[i], request, &first);
	return count;
}

int memory_places_find(const struct memory_map *map, enum memory_type type,
		       const struct memory_hole_request *request, uint64_t number,
		       uint64_t *start)
{
	uint64_t first = 0;
	size_t i;

	for (i = 0; is_valid(request) && i < map->count; i++) {
		uint64_t count = 0;

		if (map->ranges[i].type == type)
			count = count_in(&map->ranges[i], request, &first);
		if (number < count) {
			*start = first + number * request->alignment;
			return 0;
		}
		number -= count;
	}
	return -ENOSPC;
}
