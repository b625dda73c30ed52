// SPDX-License-Identifier: GPL-2.0-only
/* Typed ranges of physical memory: see memory_map.h for the invariants. */
#include "memory/memory_map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

/* The first row of a type has the name that is printed. */
static const struct {
	enum memory_type type;
	const char *name;
} type_names[] = {
	{ MEMORY_RAM, "System RAM" },
	{ MEMORY_RESERVED, "Reserved" },
	{ MEMORY_ACPI_TABLES, "ACPI Tables" },
	{ MEMORY_ACPI_NVS, "ACPI Non-volatile Storage" },
	{ MEMORY_UNUSABLE, "Unusable memory" },
	{ MEMORY_PERSISTENT, "Persistent Memory" },
	{ MEMORY_PERSISTENT_LEGACY, "Persistent Memory (legacy)" },
	{ MEMORY_SOFT_RESERVED, "Soft Reserved" },
	{ MEMORY_RESERVED, "Unknown E820 type" },
	/* RAM that only its driver may access; segments must not use it. */
	{ MEMORY_RESERVED, "Uncached RAM" },
};

#define TYPE_NAME_COUNT (sizeof(type_names) / sizeof(type_names[0]))

void memory_map_clear(struct memory_map *map)
{
	free(map->ranges);
	*map = (struct memory_map){ 0 };
}

/* Index of the first range that ends above address; map->count without such a range. */
static size_t first_ending_above(const struct memory_map *map, uint64_t address)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->ranges[middle].end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Makes room for extra more ranges, so that later steps cannot fail. */
static int make_room(struct memory_map *map, size_t extra)
{
	struct memory_range *ranges;
	size_t capacity;

	if (map->capacity - map->count >= extra)
		return 0;
	capacity = map->count * 2 + extra + 14;
	ranges = reallocarray(map->ranges, capacity, sizeof(*ranges));
	if (!ranges)
		return -ENOMEM;
	map->ranges = ranges;
	map->capacity = capacity;
	return 0;
}

/* Appends to a short list, joining with its last range where that is possible. */
static size_t append_piece(struct memory_range *pieces, size_t count,
			   struct memory_range piece)
{
	if (piece.start >= piece.end)
		return count;
	if (count && pieces[count - 1].end == piece.start &&
	    pieces[count - 1].type == piece.type) {
		pieces[count - 1].end = piece.end;
		return count;
	}
	pieces[count] = piece;
	return count + 1;
}

/*
 * Replaces the contents of [start, end), which is not empty, by middle, or by a gap if
 * that is NULL. The caller has made room for two more ranges.
 */
static void replace(struct memory_map *map, uint64_t start, uint64_t end,
		    const struct memory_range *middle)
{
	size_t first = first_ending_above(map, start), next = first, count = 0;
	struct memory_range pieces[5];

	/* A range that ends at start is joined if it has the same type. */
	if (first && map->ranges[first - 1].end == start)
		count = append_piece(pieces, count, map->ranges[--first]);
	while (next < map->count && map->ranges[next].start < end) {
		struct memory_range left = map->ranges[next];

		if (left.start < start) {
			left.end = start;
			count = append_piece(pieces, count, left);
		}
		next++;
	}
	if (middle)
		count = append_piece(pieces, count, *middle);
	if (next && map->ranges[next - 1].end > end) {
		struct memory_range right = map->ranges[next - 1];

		right.start = end;
		count = append_piece(pieces, count, right);
	}
	if (next < map->count && map->ranges[next].start == end)
		count = append_piece(pieces, count, map->ranges[next++]);

	/* Without later ranges there is nothing to move. */
	if (next < map->count)
		memmove(map->ranges + first + count, map->ranges + next,
			(map->count - next) * sizeof(*map->ranges));
	if (count)
		memcpy(map->ranges + first, pieces, count * sizeof(*pieces));
	map->count = map->count - (next - first) + count;
}

int memory_map_set(struct memory_map *map, uint64_t start, uint64_t end,
		   enum memory_type type)
{
	struct memory_range range = { start, end, type };

	if (end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	if (make_room(map, 2) < 0)
		return -ENOMEM;
	replace(map, start, end, &range);
	return 0;
}

int memory_map_remove(struct memory_map *map, uint64_t start, uint64_t end)
{
	if (end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	if (make_room(map, 2) < 0)
		return -ENOMEM;
	replace(map, start, end, NULL);
	return 0;
}

int memory_map_retype(struct memory_map *map, uint64_t start, uint64_t end,
		      enum memory_type from, enum memory_type to)
{
	uint64_t cursor = start;

	if (end < start)
		return -EINVAL;
	if (end == start || from == to)
		return 0;
	/* Only the two edges can split a range; each one splits at most once. */
	if (make_room(map, 2) < 0)
		return -ENOMEM;
	while (cursor < end) {
		size_t i = first_ending_above(map, cursor);
		struct memory_range range;

		if (i == map->count || map->ranges[i].start >= end)
			break;
		range = map->ranges[i];
		if (range.start < cursor)
			range.start = cursor;
		if (range.end > end)
			range.end = end;
		cursor = range.end;
		if (range.type != from)
			continue;
		range.type = to;
		replace(map, range.start, range.end, &range);
	}
	return 0;
}

static int copy_ranges(const struct memory_map *map, const enum memory_type *type,
		       struct memory_map *copy)
{
	_cleanup_memory_map_ struct memory_map made = { 0 };
	size_t i;

	if (!map->count)
		return 0;
	made.ranges = calloc(map->count, sizeof(*made.ranges));
	if (!made.ranges)
		return -ENOMEM;
	made.capacity = map->count;
	for (i = 0; i < map->count; i++) {
		if (!type || map->ranges[i].type == *type)
			made.ranges[made.count++] = map->ranges[i];
	}
	*copy = made;
	made = (struct memory_map){ 0 };
	return 0;
}

int memory_map_copy(const struct memory_map *map, struct memory_map *copy)
{
	return copy_ranges(map, NULL, copy);
}

int memory_map_copy_type(const struct memory_map *map, enum memory_type type,
			 struct memory_map *copy)
{
	return copy_ranges(map, &type, copy);
}

const struct memory_range *memory_map_find(const struct memory_map *map, uint64_t address)
{
	size_t i = first_ending_above(map, address);

	if (i == map->count || map->ranges[i].start > address)
		return NULL;
	return &map->ranges[i];
}

bool memory_map_is_type(const struct memory_map *map, uint64_t start, uint64_t end,
			enum memory_type type)
{
	const struct memory_range *range;

	if (end <= start)
		return end == start;
	range = memory_map_find(map, start);
	return range && range->type == type && range->end >= end;
}

bool memory_map_has_type(const struct memory_map *map, uint64_t start, uint64_t end,
			 enum memory_type type)
{
	size_t i;

	if (start >= end)
		return false;
	for (i = first_ending_above(map, start); i < map->count; i++) {
		if (map->ranges[i].start >= end)
			break;
		if (map->ranges[i].type == type)
			return true;
	}
	return false;
}

/* Finds the place in [low, high) for the request; false if it does not fit. */
static bool fit(const struct memory_hole_request *request, uint64_t low, uint64_t high,
		uint64_t *start)
{
	uint64_t mask = request->alignment - 1, place;

	if (low < request->min)
		low = request->min;
	if (high > request->max)
		high = request->max;
	if (high < low || high - low < request->size)
		return false;
	if (request->highest) {
		place = align_down(high - request->size, request->alignment);
		if (place < low)
			return false;
	} else {
		if (!add_u64(low, mask, &place))
			return false;
		place &= ~mask;
		if (place > high - request->size)
			return false;
	}
	*start = place;
	return true;
}

int memory_map_find_hole(const struct memory_map *map, enum memory_type type,
			 const struct memory_hole_request *request, uint64_t *start)
{
	size_t i;

	if (!request->size || !is_power_of_two(request->alignment))
		return -EINVAL;
	for (i = 0; i < map->count; i++) {
		size_t at = request->highest ? map->count - 1 - i : i;
		const struct memory_range *range = &map->ranges[at];

		if (range->type == type && fit(request, range->start, range->end, start))
			return 0;
	}
	return -ENOSPC;
}

uint64_t memory_map_end_of(const struct memory_map *map, enum memory_type type)
{
	size_t i;

	for (i = map->count; i > 0; i--) {
		if (map->ranges[i - 1].type == type)
			return map->ranges[i - 1].end;
	}
	return 0;
}

uint64_t memory_map_total(const struct memory_map *map, enum memory_type type)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < map->count; i++) {
		if (map->ranges[i].type == type)
			total += map->ranges[i].end - map->ranges[i].start;
	}
	return total;
}

bool memory_type_is_known(enum memory_type type)
{
	size_t i;

	for (i = 0; i < TYPE_NAME_COUNT; i++)
		if (type_names[i].type == type)
			return true;
	return false;
}

const char *memory_type_name(enum memory_type type)
{
	size_t i;

	for (i = 0; i < TYPE_NAME_COUNT; i++) {
		if (type_names[i].type == type)
			return type_names[i].name;
	}
	return "Unknown E820 type";
}

int memory_type_from_name(const char *name, enum memory_type *type)
{
	size_t i;

	/* Older kernels write "reserved", newer ones for ranges reserved after boot. */
	if (!strcmp(name, "reserved"))
		name = memory_type_name(MEMORY_RESERVED);
	for (i = 0; i < TYPE_NAME_COUNT; i++) {
		if (!strcmp(type_names[i].name, name)) {
			*type = type_names[i].type;
			return 0;
		}
	}
	return -ENOENT;
}
