/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adds missing pages to the identity map in use, which the running kernel built for the
 * jump and which CR3 points at. A present entry is never changed. Only the requested
 * pages are mapped, each of 4 KiB. Larger pages, which the kernel uses, would include
 * memory that the CPU must not access speculatively.
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
	IDENTITY_MAP_BAD_PARAMS,      /* ram_end, physical_limit or pool are invalid */
	IDENTITY_MAP_BAD_OWN_MAPPING, /* purgatory's own code is not mapped as expected */
	IDENTITY_MAP_BAD_MASK,	      /* entries disagree on the encryption mask */
	IDENTITY_MAP_BAD_TABLE,	      /* an entry points at a table outside RAM */
	IDENTITY_MAP_BAD_RANGE,	      /* empty, or wraps around */
	IDENTITY_MAP_BEYOND_LIMIT,    /* the address does not exist */
	IDENTITY_MAP_POOL_EMPTY,      /* no page left for a page table */
	IDENTITY_MAP_STATUSES,
};

struct identity_map {
	struct physical_memory memory;
	uint64_t root;		  /* address of the top table */
	unsigned int levels;	  /* 4 or 5 */
	uint64_t encryption_mask; /* 0 or one bit, which every new entry carries */
	uint64_t ram_end;	  /* all page tables lie below */
	uint64_t limit;		  /* all addresses that can be mapped lie below */
	uint64_t pool_next;	  /* [pool_next, pool_end): pages left for tables */
	uint64_t pool_end;
	uint64_t pages_added; /* leaves of 4 KiB written so far */
	bool complete;	      /* the tables cannot be read, and nothing is missing */
};

/*
 * Makes *map ready for identity_map_add(); changes nothing in memory.
 * cr3: as read from the register. la57: CR4.LA57, five levels instead of four.
 * own_address: any address of the running code; the encryption mask is read from the
 * entry that maps it. from: the loader's facts, see purgatory_params.h.
 * Returns IDENTITY_MAP_OK, or a BAD_ status; *map must not be used then.
 */
enum identity_map_status identity_map_init(struct identity_map *map,
					   struct physical_memory memory, uint64_t cr3,
					   bool la57, uint64_t own_address,
					   const struct purgatory_identity_map *from);

/*
 * Makes *map ready for a map whose tables cannot be read, and that lacks nothing: then
 * identity_map_add() only checks its range. The loader has seen to that.
 */
void identity_map_init_complete(struct identity_map *map, struct physical_memory memory,
				const struct purgatory_identity_map *from);

/*
 * Maps [start, end), rounded outwards to pages. Pages that are mapped already, in any
 * size and with any rights, stay as they are.
 * Returns IDENTITY_MAP_OK if all of the range is mapped. With any other status, pages up
 * to the obstacle may have been mapped; entries that were present are unchanged in any
 * case.
 */
enum identity_map_status identity_map_add(struct identity_map *map, uint64_t start,
					  uint64_t end);

/*
 * Maps the memory of a device: like identity_map_add(), but uncached, whatever the MTRRs
 * say, and without the encryption mask. A page that is mapped already stays as it is,
 * because mappings with different caching must not be used together.
 */
enum identity_map_status identity_map_add_device(struct identity_map *map, uint64_t start,
						 uint64_t end);

/* Returns the end of "the EFI system table … ", without a full stop. Static. */
const char *identity_map_reason(enum identity_map_status status);

#endif
