/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Typed ranges of physical memory: sorted by address, disjoint, neighbours of one type
 * joined. Addresses are physical bytes, ranges half-open.
 */
#ifndef KEXEC_MEMORY_MAP_H
#define KEXEC_MEMORY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/* The values are the e820 types of the boot protocol (ACPI 6.5, 15.1, and Linux). */
enum memory_type {
	MEMORY_RAM = 1,
	MEMORY_RESERVED = 2,
	MEMORY_ACPI_TABLES = 3,
	MEMORY_ACPI_NVS = 4,
	MEMORY_UNUSABLE = 5,
	MEMORY_PERSISTENT = 7,
	MEMORY_PERSISTENT_LEGACY = 12,
	MEMORY_SOFT_RESERVED = 0xefffffff,
};

struct memory_range {
	uint64_t start;
	uint64_t end;
	enum memory_type type;
};

/* { 0 } is the empty map. */
struct memory_map {
	struct memory_range *ranges;
	size_t count;
	size_t capacity;
};

/* The requirements for a place that memory_map_find_hole searches. */
struct memory_hole_request {
	uint64_t size;	    /* bytes, not 0 */
	uint64_t alignment; /* power of two, bytes */
	uint64_t min;	    /* lowest start */
	uint64_t max;	    /* highest end */
	bool highest;	    /* the highest fitting place, else the lowest */
};

/* Frees the ranges; the map is then empty. */
void memory_map_clear(struct memory_map *map);

#define _cleanup_memory_map_ _cleanup_(memory_map_clear)

/*
 * Gives all of [start, end) the given type, replacing other types. An empty range changes
 * nothing. Returns 0, -EINVAL (end before start) or -ENOMEM; the map is unchanged on
 * error.
 */
__must_check int memory_map_set(struct memory_map *map, uint64_t start, uint64_t end,
				enum memory_type type);

/* Removes [start, end) of all types from the map. Errors as memory_map_set. */
__must_check int memory_map_remove(struct memory_map *map, uint64_t start, uint64_t end);

/*
 * Changes the type "from" to the type "to" within [start, end); other types stay.
 * Errors as memory_map_set.
 */
__must_check int memory_map_retype(struct memory_map *map, uint64_t start, uint64_t end,
				   enum memory_type from, enum memory_type to);

/* A copy of one type's ranges only, or of everything. *copy must be empty. */
__must_check int memory_map_copy(const struct memory_map *map, struct memory_map *copy);
__must_check int memory_map_copy_type(const struct memory_map *map, enum memory_type type,
				      struct memory_map *copy);

/* The range that holds address, or NULL. */
const struct memory_range *memory_map_find(const struct memory_map *map,
					   uint64_t address);

/* True if all of [start, end) is of the given type. */
bool memory_map_is_type(const struct memory_map *map, uint64_t start, uint64_t end,
			enum memory_type type);

/* True if any byte of [start, end) is of the given type. */
bool memory_map_has_type(const struct memory_map *map, uint64_t start, uint64_t end,
			 enum memory_type type);

/*
 * A place for size bytes within one range of the given type. Returns 0 and sets
 * *start, -ENOSPC, or -EINVAL for a size of 0 or an alignment that is not a power of two.
 */
__must_check int memory_map_find_hole(const struct memory_map *map, enum memory_type type,
				      const struct memory_hole_request *request,
				      uint64_t *start);

/* End of the highest range of the given type; 0 without such a range. */
uint64_t memory_map_end_of(const struct memory_map *map, enum memory_type type);

/* Bytes of the given type in the map. */
uint64_t memory_map_total(const struct memory_map *map, enum memory_type type);

/* True for the types that Linux knows, which are those of enum memory_type. */
bool memory_type_is_known(enum memory_type type);

/*
 * The type's name as /sys/firmware/memmap and /proc/iomem print it, "System RAM" for
 * MEMORY_RAM.
 */
const char *memory_type_name(enum memory_type type);

/*
 * The type that such a name means; "reserved" and "Unknown E820 type" are both
 * MEMORY_RESERVED.
 * Returns 0, or -ENOENT for a name that is not in the table.
 */
__must_check int memory_type_from_name(const char *name, enum memory_type *type);

#endif
