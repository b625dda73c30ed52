/* SPDX-License-Identifier: GPL-2.0-only */
/* All places in a memory map that fit a request, numbered from the lowest one on. */
#ifndef KEXEC_MEMORY_PLACES_H
#define KEXEC_MEMORY_PLACES_H

#include "memory/memory_map.h"

/*
 * Returns the number of places within ranges of the given type: each multiple of the
 * alignment at which memory_map_find_hole() could put the size. request->highest has no
 * meaning here. Returns 0 for a size of 0 or an alignment that is not a power of two.
 */
uint64_t memory_places_count(const struct memory_map *map, enum memory_type type,
			     const struct memory_hole_request *request);

/*
 * Finds the place with that number, the lowest one is number 0. Returns 0 and sets *start
 * (physical), or -ENOSPC if number is not below memory_places_count().
 */
__must_check int memory_places_find(const struct memory_map *map, enum memory_type type,
				    const struct memory_hole_request *request,
				    uint64_t number, uint64_t *start);

#endif
