/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulated physical memory with page tables, and a page walk to check them. It shares
 * only struct physical_memory with the code under test.
 */
#ifndef TESTS_SIMULATED_PAGING_H
#define TESTS_SIMULATED_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "purgatory/physical_memory.h"

#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)
#define GIB(n) ((uint64_t)(n) << 30)
#define TIB(n) ((uint64_t)(n) << 40)

/* The file is sparse: only pages that are written take memory. */
#define SIMULATED_BYTES GIB(64)

/* paging_map() places its tables from this address upwards. */
#define SIMULATED_TABLES MIB(16)

struct paging {
	struct physical_memory memory;
	uint64_t root;
	unsigned int levels; /* 4 or 5 */
	uint64_t mask;	     /* the encryption bit in all entries, or 0 */
	uint64_t next_table;
};

/* Makes memory with one empty top table. Release it with paging_destroy(). */
void paging_create(struct paging *paging, unsigned int levels, uint64_t mask);
void paging_destroy(struct paging *paging);

/* Returns a pointer to the 64-bit word at a physical address. */
uint64_t *paging_word(const struct paging *paging, uint64_t address);

/* Maps one page of 4 KiB, 2 MiB or 1 GiB, as the kernel does. */
void paging_map(struct paging *paging, uint64_t address, uint64_t page_bytes);

/* Returns the entry for address in the table of a level (1: 4 KiB), which must exist. */
uint64_t *paging_entry(const struct paging *paging, uint64_t address, unsigned int level);

/*
 * Translates like the CPU. Returns false if address is not mapped or an entry is
 * malformed for this mask. Otherwise sets *physical, *leaf (the raw entry) and
 * *page_bytes.
 */
bool paging_translate(const struct paging *paging, uint64_t address, uint64_t *physical,
		      uint64_t *leaf, uint64_t *page_bytes);

/* Returns true if every page of [start, end) is mapped to itself. */
bool paging_is_identity(const struct paging *paging, uint64_t start, uint64_t end);

/* Copies all tables made so far. The caller frees the copy with free(). */
uint64_t *paging_snapshot(const struct paging *paging);

/*
 * Compares with a snapshot. Returns the number of changed words that were absent entries
 * before, or -1 if a present entry has changed.
 */
int paging_changes(const struct paging *paging, const uint64_t *snapshot);

#endif
