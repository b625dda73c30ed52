// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel SDM vol. 3, 4.5 "4-level paging and 5-level paging"; AMD APM vol. 2, 5.3 and
 * 15.34 (encryption bit).
 */
#include "identity_map.h"

#define ENTRY_PRESENT	    (1ull << 0)
#define ENTRY_WRITABLE	    (1ull << 1)
#define ENTRY_WRITE_THROUGH (1ull << 3)
#define ENTRY_UNCACHED	    (1ull << 4)
#define ENTRY_ACCESSED	    (1ull << 5)
#define ENTRY_DIRTY	    (1ull << 6)
#define ENTRY_LARGE	    (1ull << 7) /* on levels 2 and 3: a leaf of 2 MiB or 1 GiB */

/* Bits 12 to 51: the address, and on AMD the encryption bit among them. */
#define ENTRY_ADDRESS 0x000ffffffffff000ull

/*
 * Supervisor, executable, write-back. Accessed and dirty are set at once, so that the CPU
 * never has to write to these tables.
 */
#define TABLE_FLAGS (ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_ACCESSED)
#define LEAF_FLAGS  (ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_ACCESSED | ENTRY_DIRTY)

/*
 * Both bits choose entry 3 of the PAT, which is UC at reset and in Linux. Entry 1 would
 * be write-combining in Linux, but write-through in a kernel without PAT.
 */
#define DEVICE_FLAGS	 (LEAF_FLAGS | ENTRY_WRITE_THROUGH | ENTRY_UNCACHED)

#define LEVEL_BITS	 9u
#define TABLE_ENTRIES	 (1u << LEVEL_BITS)
#define LEAF_LEVEL	 1u /* tables whose entries map 4 KiB */
#define LARGE_LEVELS_MAX 3u /* above it bit 7 is reserved */

/* The most that the architecture allows, whatever MAXPHYADDR says. */
#define PHYSICAL_BITS_MAX 52u

/* The result of following an address: the entry of the lowest level that exists. */
struct walk {
	uint64_t *entry;    /* a leaf, or an absent entry */
	unsigned int level; /* 1: the entry covers 4 KiB */
	uint64_t mask;	    /* address bits beyond RAM in any table entry on the way */
	uint64_t mask_all;  /* such bits that all these entries have */
};

/* Bytes that one entry of a table on this level covers. */
static uint64_t entry_span(unsigned int level)
{
	return SMALL_PAGE_BYTES << (LEVEL_BITS * (level - 1));
}

/* Returns the smallest 2^n - 1 that is at least value. */
static uint64_t fill_below(uint64_t value)
{
	for (unsigned int shift = 1; shift < 64; shift *= 2)
		value |= value >> shift;
	return value;
}

/* The address bits that an address in RAM can have; all others must be the mask. */
static uint64_t ram_bits(const struct identity_map *map)
{
	return fill_below(map->ram_end - 1);
}

static enum identity_map_status table_entry(const struct identity_map *map,
					    uint64_t table, unsigned int level,
					    uint64_t address, uint64_t **entry)
{
	void *pointer;

	if (table >= map->ram_end ||
	    !physical_pointer(&map->memory, table, SMALL_PAGE_BYTES, &pointer))
		return IDENTITY_MAP_BAD_TABLE;
	*entry = (uint64_t *)pointer + address / entry_span(level) % TABLE_ENTRIES;
	return IDENTITY_MAP_OK;
}

/* Follows address from the top table down to a leaf or an absent entry. */
static enum identity_map_status walk_to(const struct identity_map *map, uint64_t address,
					struct walk *walk)
{
	uint64_t table = map->root;

	walk->mask = 0;
	walk->mask_all = ENTRY_ADDRESS;
	for (walk->level = map->levels;; walk->level--) {
		enum identity_map_status status;
		uint64_t entry, beyond_ram;

		status = table_entry(map, table, walk->level, address, &walk->entry);
		if (status)
			return status;
		entry = *walk->entry;
		if (!(entry & ENTRY_PRESENT) || walk->level == LEAF_LEVEL)
			return IDENTITY_MAP_OK;
		if (entry & ENTRY_LARGE)
			return walk->level <= LARGE_LEVELS_MAX ? IDENTITY_MAP_OK
							       : IDENTITY_MAP_BAD_TABLE;

		beyond_ram = entry & ENTRY_ADDRESS & ~ram_bits(map);
		walk->mask |= beyond_ram;
		walk->mask_all &= beyond_ram;
		table = entry & ENTRY_ADDRESS & ~beyond_ram;
	}
}

/*
 * Finds the encryption mask in two independent places: the bits that the leaf of
 * purgatory's own code has besides its address, and the bits beyond RAM in the tables on
 * the way.
 */
static enum identity_map_status find_mask(struct identity_map *map, uint64_t cr3,
					  uint64_t own_address)
{
	uint64_t own_bits, mask, cr3_mask = cr3 & ENTRY_ADDRESS & ~ram_bits(map);
	enum identity_map_status status;
	struct walk walk;

	status = walk_to(map, own_address, &walk);
	if (status)
		return status;
	if (!(*walk.entry & ENTRY_PRESENT))
		return IDENTITY_MAP_BAD_OWN_MAPPING;

	/* A large leaf has PAT in bit 12 and reserved bits above it, not address bits. */
	own_bits = ENTRY_ADDRESS & ~(entry_span(walk.level) - 1);
	mask = (*walk.entry ^ own_address) & own_bits;
	if (mask & ram_bits(map))
		return IDENTITY_MAP_BAD_OWN_MAPPING;
	if (mask & (mask - 1))
		return IDENTITY_MAP_BAD_MASK;
	if (walk.mask != mask || walk.mask_all != mask || (cr3_mask && cr3_mask != mask))
		return IDENTITY_MAP_BAD_MASK;
	map->encryption_mask = mask;
	return IDENTITY_MAP_OK;
}

static bool is_page_aligned(uint64_t address)
{
	return address % SMALL_PAGE_BYTES == 0;
}

static bool params_are_plausible(const struct purgatory_identity_map *from)
{
	uint64_t end = 1ull << PHYSICAL_BITS_MAX;

	if (!from->physical_limit || from->physical_limit > end ||
	    !is_page_aligned(from->physical_limit))
		return false;
	if (!from->ram_end || from->ram_end > from->physical_limit)
		return false;
	return is_page_aligned(from->pool_start) && is_page_aligned(from->pool_end) &&
	       from->pool_start <= from->pool_end && from->pool_end <= from->ram_end;
}

enum identity_map_status identity_map_init(struct identity_map *map,
					   struct physical_memory memory, uint64_t cr3,
					   bool la57, uint64_t own_address,
					   const struct purgatory_identity_map *from)
{
	enum identity_map_status status;
	uint64_t lower_half;

	if (!params_are_plausible(from))
		return IDENTITY_MAP_BAD_PARAMS;
	if (own_address >= from->ram_end)
		return IDENTITY_MAP_BAD_OWN_MAPPING;

	map->memory = memory;
	map->levels = la57 ? 5 : 4;
	map->ram_end = from->ram_end;
	map->root = cr3 & ENTRY_ADDRESS & ram_bits(map);
	map->pool_next = from->pool_start;
	map->pool_end = from->pool_end;
	map->pages_added = 0;
	map->complete = false;
	status = find_mask(map, cr3, own_address);
	if (status)
		return status;

	/*
	 * Virtual addresses of the upper half cannot equal physical ones, and an address
	 * that includes the encryption bit cannot be written into an entry.
	 */
	lower_half = entry_span(map->levels) * TABLE_ENTRIES / 2;
	map->limit = from->physical_limit;
	if (map->limit > lower_half)
		map->limit = lower_half;
	if (map->encryption_mask && map->limit > map->encryption_mask)
		map->limit = map->encryption_mask;
	return IDENTITY_MAP_OK;
}

void identity_map_init_complete(struct identity_map *map, struct physical_memory memory,
				const struct purgatory_identity_map *from)
{
	*map = (struct identity_map){
		.memory = memory,
		.limit = from->physical_limit,
		.complete = true,
	};
}

/*
 * Writes an entry that was absent. The table or page that it points at must be complete,
 * because the CPU may follow the entry at once; stores stay in order. No TLB flush is
 * needed, because entries whose present bit is clear are not cached (Intel SDM vol. 3,
 * 4.10.4.3; AMD APM vol. 2, 5.5.3).
 */
static void link_entry(const struct identity_map *map, uint64_t *entry, uint64_t address,
		       uint64_t flags)
{
	uint64_t mask = flags & ENTRY_UNCACHED ? 0 : map->encryption_mask;

	__atomic_store_n(entry, address | mask | flags, __ATOMIC_RELEASE);
}

/* Makes an absent entry point at an empty table from the pool, which maps nothing yet. */
static enum identity_map_status add_table(struct identity_map *map, uint64_t *entry)
{
	uint64_t table = map->pool_next;
	void *pointer;

	if (table == map->pool_end)
		return IDENTITY_MAP_POOL_EMPTY;
	if (!physical_pointer(&map->memory, table, SMALL_PAGE_BYTES, &pointer))
		return IDENTITY_MAP_BAD_TABLE;
	memset(pointer, 0, SMALL_PAGE_BYTES);
	map->pool_next = table + SMALL_PAGE_BYTES;
	link_entry(map, entry, table, TABLE_FLAGS);
	return IDENTITY_MAP_OK;
}

/*
 * Maps the page at address unless it is mapped. flags: of the new leaf. *span: bytes that
 * its entry covers.
 */
static enum identity_map_status add_page(struct identity_map *map, uint64_t address,
					 uint64_t flags, uint64_t *span)
{
	for (;;) {
		enum identity_map_status status;
		struct walk walk;

		status = walk_to(map, address, &walk);
		if (status)
			return status;
		*span = entry_span(walk.level);
		if (*walk.entry & ENTRY_PRESENT)
			return IDENTITY_MAP_OK;

		/* A new entry gets the mask of the tables above, so they must agree. */
		if (walk.level < map->levels && (walk.mask != map->encryption_mask ||
						 walk.mask_all != map->encryption_mask))
			return IDENTITY_MAP_BAD_MASK;
		if (walk.level == LEAF_LEVEL) {
			link_entry(map, walk.entry, address, flags);
			map->pages_added++;
			return IDENTITY_MAP_OK;
		}
		status = add_table(map, walk.entry);
		if (status)
			return status;
	}
}

static enum identity_map_status add_range(struct identity_map *map, uint64_t start,
					  uint64_t end, uint64_t flags)
{
	uint64_t address, span;

	if (start >= end)
		return IDENTITY_MAP_BAD_RANGE;
	if (end > map->limit)
		return IDENTITY_MAP_BEYOND_LIMIT;
	if (map->complete)
		return IDENTITY_MAP_OK;

	/* No sum wraps: end is at most 2^52, and an entry spans at most 1 GiB. */
	for (address = start & ~(SMALL_PAGE_BYTES - 1); address < end;
	     address = (address & ~(span - 1)) + span) {
		enum identity_map_status status = add_page(map, address, flags, &span);

		if (status)
			return status;
	}
	return IDENTITY_MAP_OK;
}

enum identity_map_status identity_map_add(struct identity_map *map, uint64_t start,
					  uint64_t end)
{
	return add_range(map, start, end, LEAF_FLAGS);
}

enum identity_map_status identity_map_add_device(struct identity_map *map, uint64_t start,
						 uint64_t end)
{
	return add_range(map, start, end, DEVICE_FLAGS);
}

const char *identity_map_reason(enum identity_map_status status)
{
	/* An array of arrays: an array of pointers would need relocations. */
	static const char reasons[IDENTITY_MAP_STATUSES][64] = {
		[IDENTITY_MAP_OK] = "is mapped",
		[IDENTITY_MAP_BAD_PARAMS] = "is handed over with impossible limits",
		[IDENTITY_MAP_BAD_OWN_MAPPING] =
			"meets an identity map without purgatory",
		[IDENTITY_MAP_BAD_MASK] = "meets contradicting memory encryption bits",
		[IDENTITY_MAP_BAD_TABLE] = "meets a page table outside memory",
		[IDENTITY_MAP_BAD_RANGE] = "is empty or wraps around",
		[IDENTITY_MAP_BEYOND_LIMIT] = "lies beyond the CPU's address space",
		[IDENTITY_MAP_POOL_EMPTY] = "needs more page tables than there are",
	};

	return (unsigned int)status < IDENTITY_MAP_STATUSES ? reasons[status] : "failed";
}
