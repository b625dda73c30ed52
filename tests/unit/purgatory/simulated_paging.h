/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulated physical memory with page tables in it, and a page walk to evaluate them by.
 * Shares nothing with the code it tests but struct physical_memory.
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

/* Sparse: only what is touched takes real memory. */
#define SIMULATED_BYTES GIB(64)

/* Tables made by paging_map() come from here upwards. */
#define SIMULATED_TABLES MIB(16)

struct paging {
	struct physical_memory memory;
	uint64_t root;
	unsigned int levels; /* 4 or 5 */
	uint64_t mask;	     /* encryption bit that all entries carry, or 0 */
	uint64_t next_table;
};

/* Fresh memory with one empty top table. Given back by paging_destroy(). */
void paging_create(struct paging *paging, unsigned int levels, uint64_t mask);
void paging_destroy(struct paging *paging);

/* The machine word at a physical address. */
uint64_t *paging_word(const struct paging *paging, uint64_t address);

/* Maps one page of 4 KiB, 2 MiB or 1 GiB as the kernel does. */
void paging_map(struct paging *paging, uint64_t address, uint64_t page_bytes);

/* The entry for address in the table of this level (1: 4 KiB). Its tables must exist. */
uint64_t *paging_entry(const struct paging *paging, uint64_t address, unsigned int level);

/*
 * Translates like the CPU. False if address is not mapped or an entry is malformed for
 * this mask; else *physical, *leaf (the raw entry) and *page_bytes.
 */
bool paging_translate(const struct paging *paging, uint64_t address, uint64_t *physical,
		      uint64_t *leaf, uint64_t *page_bytes);

/* True if every page of [start, end) is mapped to itself. */
bool paging_is_identity(const struct paging *paging, uint64_t start, uint64_t end);

/* A copy of all tables made so far; freed by the caller with free(). */
uint64_t *paging_snapshot(const struct paging *paging);

/*
 * Compares with a snapshot. Returns how many words changed that were absent entries
 * before, or -1 if any present entry is not bit for bit what it was.
 */
int paging_changes(const struct paging *paging, const uint64_t *snapshot);

#endif
