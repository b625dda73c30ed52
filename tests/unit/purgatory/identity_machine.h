/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine with page tables for purgatory to complete. */
#ifndef TESTS_UNIT_IDENTITY_MACHINE_H
#define TESTS_UNIT_IDENTITY_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "in_range.h"
#include "purgatory/identity_map.h"
#include "simulated_paging.h"

#define OWN_CODE   MIB(256)
#define POOL_START MIB(32)
#define NX	   (1ull << 63)
#define C_BIT_47   (1ull << 47)
#define C_BIT_51   (1ull << 51)

struct machine {
	struct paging paging;
	struct purgatory_identity_map from;
	struct identity_map map;
};

/* All combinations of levels and mask that a kernel can leave. */
static const struct {
	unsigned int levels;
	uint64_t mask;
} variants[] = {
	{ 4, 0 }, { 4, C_BIT_47 }, { 4, C_BIT_51 },
	{ 5, 0 }, { 5, C_BIT_47 }, { 5, C_BIT_51 },
};

#define VARIANTS (sizeof(variants) / sizeof(*variants))

static inline void machine_create(struct machine *machine, unsigned int levels,
				  uint64_t mask)
{
	paging_create(&machine->paging, levels, mask);
	paging_map(&machine->paging, OWN_CODE, MIB(2));
	machine->from = (struct purgatory_identity_map){
		.pool_start = POOL_START,
		.pool_end = POOL_START + IDENTITY_MAP_POOL_PAGES * 4096,
		.ram_end = SIMULATED_BYTES,
		.physical_limit = 1ull << 52,
	};
	/* Old contents of the pool must not become page table entries. */
	memset(paging_word(&machine->paging, POOL_START), 0xff,
	       IDENTITY_MAP_POOL_PAGES * 4096);
}

static inline void machine_destroy(struct machine *machine)
{
	paging_destroy(&machine->paging);
}

/* Starts as purgatory does, from an address in the pages at OWN_CODE. */
static inline enum identity_map_status init(struct machine *machine)
{
	return identity_map_init(&machine->map, machine->paging.memory,
				 machine->paging.root, machine->paging.levels == 5,
				 OWN_CODE + 0x1234, &machine->from);
}

static inline uint64_t pool_pages_used(const struct machine *machine)
{
	return (machine->map.pool_next - POOL_START) / 4096;
}

#endif
