// SPDX-License-Identifier: GPL-2.0-only
/* Intel SDM vol. 3, 4.5, implemented a second time, independently of purgatory. */
#include "simulated_paging.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#define P  0x001ull
#define PS 0x080ull

/* The flags of the kernel's own identity map, which CR3 points at after the jump. */
#define KERNEL_TABLE	  0x067ull
#define KERNEL_LARGE_LEAF 0x0e3ull
#define KERNEL_SMALL_LEAF 0x063ull

void paging_create(struct paging *paging, unsigned int levels, uint64_t mask)
{
	void *base = mmap(NULL, SIMULATED_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert(base != MAP_FAILED);
	paging->memory.base = (uintptr_t)base;
	paging->memory.size = SIMULATED_BYTES;
	paging->levels = levels;
	paging->mask = mask;
	paging->root = SIMULATED_TABLES;
	paging->next_table = SIMULATED_TABLES + 4096;
}

void paging_destroy(struct paging *paging)
{
	munmap((void *)paging->memory.base, SIMULATED_BYTES);
}

uint64_t *paging_word(const struct paging *paging, uint64_t address)
{
	assert(address <= SIMULATED_BYTES - 8);
	return (uint64_t *)(paging->memory.base + address);
}

static uint64_t index_of(uint64_t address, unsigned int level)
{
	switch (level) {
	case 1:
		return address >> 12 & 511;
	case 2:
		return address >> 21 & 511;
	case 3:
		return address >> 30 & 511;
	case 4:
		return address >> 39 & 511;
	case 5:
		return address >> 48 & 511;
	}
	abort();
}

static uint64_t bits(unsigned int high, unsigned int low)
{
	return ((2ull << high) - 1) & ~((1ull << low) - 1);
}

uint64_t *paging_entry(const struct paging *paging, uint64_t address, unsigned int level)
{
	uint64_t table = paging->root;

	for (unsigned int at = paging->levels; at > level; at--) {
		uint64_t entry = *paging_word(paging, table + 8 * index_of(address, at));

		assert(entry & P);
		table = entry & bits(51, 12) & ~paging->mask;
	}
	return paging_word(paging, table + 8 * index_of(address, level));
}

void paging_map(struct paging *paging, uint64_t address, uint64_t page_bytes)
{
	unsigned int leaf_level = page_bytes == GIB(1) ? 3 : page_bytes == MIB(2) ? 2 : 1;
	uint64_t flags = leaf_level > 1 ? KERNEL_LARGE_LEAF : KERNEL_SMALL_LEAF;

	for (unsigned int level = paging->levels; level > leaf_level; level--) {
		uint64_t *entry = paging_entry(paging, address, level);

		if (*entry & P)
			continue;
		*entry = paging->next_table | paging->mask | KERNEL_TABLE;
		paging->next_table += 4096;
	}
	*paging_entry(paging, address, leaf_level) = (address & ~(page_bytes - 1)) |
						     paging->mask | flags;
}

bool paging_translate(const struct paging *paging, uint64_t address, uint64_t *physical,
		      uint64_t *leaf, uint64_t *page_bytes)
{
	static const unsigned int page_shift[] = { 0, 12, 21, 30 };
	uint64_t table = paging->root;

	for (unsigned int level = paging->levels; level; level--) {
		uint64_t entry =
			*paging_word(paging, table + 8 * index_of(address, level));
		uint64_t target = entry & bits(51, 12) & ~paging->mask;

		if (!(entry & P))
			return false;
		if (level == 1 || (level <= 3 && (entry & PS))) {
			unsigned int shift = page_shift[level];

			*leaf = entry;
			*page_bytes = 1ull << shift;
			*physical = (target & bits(51, shift)) |
				    (address & ((1ull << shift) - 1));
			return (entry & paging->mask) == paging->mask;
		}
		if ((entry & PS) || (entry & paging->mask) != paging->mask ||
		    target >= SIMULATED_BYTES)
			return false;
		table = target;
	}
	return false;
}

bool paging_is_identity(const struct paging *paging, uint64_t start, uint64_t end)
{
	for (uint64_t at = start & ~4095ull; at < end; at += 4096) {
		uint64_t physical, leaf, page_bytes;

		if (!paging_translate(paging, at, &physical, &leaf, &page_bytes) ||
		    physical != at)
			return false;
	}
	return true;
}

uint64_t *paging_snapshot(const struct paging *paging)
{
	size_t bytes = paging->next_table - SIMULATED_TABLES;
	uint64_t *copy = malloc(bytes);

	assert(copy);
	memcpy(copy, paging_word(paging, SIMULATED_TABLES), bytes);
	return copy;
}

int paging_changes(const struct paging *paging, const uint64_t *snapshot)
{
	size_t words = (paging->next_table - SIMULATED_TABLES) / 8;
	const uint64_t *now = paging_word(paging, SIMULATED_TABLES);
	int changes = 0;

	for (size_t i = 0; i < words; i++) {
		if (now[i] == snapshot[i])
			continue;
		if (snapshot[i] & P)
			return -1;
		changes++;
	}
	return changes;
}
