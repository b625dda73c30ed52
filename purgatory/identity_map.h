/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adds what is absent to an identity map in use: the one the running kernel built for the
 * jump, which CR3 points at. An entry that is present is never changed. New memory is
 * mapped in pages of 4 KiB, no byte beyond the page that was asked for: the kernel's own
 * rounding to 2 MiB or 1 GiB reaches memory that must not be speculated into.
 *
 * All addresses are physical, which in this map is the same as virtual.
 */
#ifndef PURGATORY_IDENTITY_MAP_H
#define PURGATORY_IDENTITY_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "physical_memory.h"
#include "purgatory_params.h"

#define SMALL_PAGE_BYTES 4096ull

enum identity_map_status {
	IDENTITY_MAP_OK,
	IDENTITY_MAP_BAD_PARAMS,      /* ram_end, physical_limit or pool make no sense */
	IDENTITY_MAP_BAD_OWN_MAPPING, /* purgatory's own code is not mapped as expected */
	IDENTITY_MAP_BAD_MASK,	      /* entries disagree on the encryption mask */
	IDENTITY_MAP_BAD_TABLE,	      /* an entry names a table that cannot be one */
	IDENTITY_MAP_BAD_RANGE,	      /* empty, or wraps around */
	IDENTITY_MAP_BEYOND_LIMIT,    /* no such physical or no such virtual address */
	IDENTITY_MAP_POOL_EMPTY,      /* no page left for a page table */
	IDENTITY_MAP_STATUSES,
};

struct identity_map {
	struct physical_memory memory;
	uint64_t root;		  /* address of the top table */
	unsigned int levels;	  /* 4 or 5 */
	uint64_t encryption_mask; /* 0 or one bit, which every new entry carries */
	uint64_t ram_end;	  /* every table lies below */
	uint64_t limit;		  /* every address that can be mapped lies below */
	uint64_t pool_next;	  /* [pool_next, pool_end): pages left for tables */
	uint64_t pool_end;
	uint64_t pages_added; /* leaves of 4 KiB written so far */
};

/*
 * Makes *map ready for identity_map_add(); changes nothing in memory.
 * cr3: as read from the register. la57: CR4.LA57, five levels instead of four.
 * own_address: any address of the code that runs; the entry that maps it tells the
 * encryption mask. from: the loader's facts, see purgatory_params.h.
 * Returns IDENTITY_MAP_OK, or a BAD_ status, upon which *map must not be used.
 */
enum identity_map_status identity_map_init(struct identity_map *map,
					   struct physical_memory memory, uint64_t cr3,
					   bool la57, uint64_t own_address,
					   const struct purgatory_identity_map *from);

/*
 * Maps [start, end), rounded outwards to pages. What is mapped already, in any page size
 * and with whatever rights, stays as it is.
 * Returns IDENTITY_MAP_OK with all of the range mapped. With any other status the pages
 * up to the obstacle may be mapped; entries that were present are unchanged all the same.
 */
enum identity_map_status identity_map_add(struct identity_map *map, uint64_t start,
					  uint64_t end);

/* The end of "the EFI system table … ", a static string without a full stop. */
const char *identity_map_reason(enum identity_map_status status);

#endif
