/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine with EFI config tables in memory of each type, before they are protected. */
#ifndef TESTS_UNIT_EFI_TABLES_FIXTURE_H
#define TESTS_UNIT_EFI_TABLES_FIXTURE_H

#include "fixtures.h"
#include "machine/machine_internal.h"
#include "tree.h"

#define ARRAY	     0x28000800ull
#define SYSTEM_TABLE 0x30000018ull
#define RUNTIME	     0x21000000ull
#define KERNELS	     0x20000000ull /* the running kernel reserves a page of RAM here */
#define IN_RAM	     0x10000018ull
#define NO_FILE	     0x11000018ull
#define RESERVED     0x30000000ull
#define ROM	     0xf0000ull
#define MMCONFIG     0xb0000000ull
#define DEVICE	     0x32000000ull /* EFI memory-mapped I/O of the runtime map */
#define FIRST_PAGE   0x800ull
#define IN_CRASH     0x2a000018ull /* RAM of the crash kernel region */

static const char iomem_text[] = "00000000-00000fff : Reserved\n"
				 "00001000-0009ffff : System RAM\n"
				 "000f0000-000fffff : Reserved\n"
				 "  000f0000-000fffff : System ROM\n"
				 "00100000-1fffffff : System RAM\n"
				 "  01000000-01ffffff : Kernel code\n"
				 "20000000-20000fff : Reserved\n"
				 "20001000-2fffffff : System RAM\n"
				 "  2a000000-2affffff : Crash kernel\n"
				 "30000000-33ffffff : Reserved\n"
				 "b0000000-bfffffff : PCI MMCONFIG 0000 [bus 00-ff]\n"
				 "  b0000000-bfffffff : Reserved\n";

static const struct memory_range firmware_ranges[] = {
	{ 0, 0xa0000, MEMORY_RAM },
	{ 0xf0000, 0x100000, MEMORY_RESERVED },
	{ 0x100000, 0x30000000, MEMORY_RAM },
	{ 0x30000000, 0x34000000, MEMORY_RESERVED },
	{ 0xb0000000, 0xc0000000, MEMORY_RESERVED },
};

#define TABLES 16

struct fixture {
	struct tree tree;
	struct physical_memory_reader reader;
	struct memory_map firmware;
	struct machine machine;
};

static inline void fixture_make(struct fixture *fixture, const char *iomem)
{
	struct machine *machine = &fixture->machine;
	size_t i;

	memset(fixture, 0, sizeof(*fixture));
	tree_make(&fixture->tree);
	physical_memory_open(&fixture->tree.root, &fixture->reader);
	for (i = 0; i < COUNT(firmware_ranges); i++)
		assert_int_equal(
			memory_map_set(&fixture->firmware, firmware_ranges[i].start,
				       firmware_ranges[i].end, firmware_ranges[i].type),
			0);
	assert_int_equal(memory_map_copy(&fixture->firmware, &machine->memory), 0);
	if (iomem)
		assert_int_equal(
			iomem_parse(strdup(iomem), &fixture->machine.iomem, NULL), 0);
	machine->efi.runtime_map = calloc(2, sizeof(*machine->efi.runtime_map));
	assert_non_null(machine->efi.runtime_map);
	machine->efi.runtime_map_count = 2;
	machine->efi.runtime_map[0] = (struct efi_memory_descriptor){
		.type = 4, .physical_start = RUNTIME, .page_count = 2
	};
	machine->efi.runtime_map[1] = (struct efi_memory_descriptor){
		.type = 11, .physical_start = DEVICE, .page_count = 1
	};
	machine->efi.tables.tables = calloc(TABLES, sizeof(struct efi_config_table));
	assert_non_null(machine->efi.tables.tables);
}

static inline void fixture_clear(struct fixture *fixture)
{
	physical_memory_close(&fixture->reader);
	memory_map_clear(&fixture->firmware);
	machine_clear(&fixture->machine);
	tree_delete(&fixture->tree);
}

static inline void add_table(struct fixture *fixture, enum efi_table_kind kind,
			     uint64_t address)
{
	struct efi_config_tables *tables = &fixture->machine.efi.tables;

	assert_true(tables->count < TABLES);
	tables->tables[tables->count++] = (struct efi_config_table){
		.kind = kind, .address = address, .name = strdup("the table")
	};
}

static inline void write_memory(struct fixture *fixture, uint64_t address,
				const struct poke *pokes, size_t size)
{
	_cleanup_free_ uint8_t *bytes = calloc(1, size);
	char path[64];

	assert_non_null(bytes);
	apply_pokes(bytes, pokes, 4);
	snprintf(path, sizeof(path), "physical_memory/%016llx",
		 (unsigned long long)address);
	tree_write_bytes(&fixture->tree, path, bytes, size);
}

/* A random seed of this size. Only its length matters here. */
static inline void add_seed(struct fixture *fixture, uint64_t address, uint32_t size)
{
	const struct poke pokes[4] = { { 0, 4, size - 4 } };

	write_memory(fixture, address, pokes, 16);
	add_table(fixture, EFI_TABLE_RANDOM_SEED, address);
}

/* As machine_reserve_memory() does before and after. */
static inline void protect_with(struct fixture *fixture, bool checksums)
{
	struct memory_map *memory = &fixture->machine.memory;

	assert_int_equal(memory_map_retype(memory, KERNELS, KERNELS + 0x1000, MEMORY_RAM,
					   MEMORY_RESERVED),
			 0);
	assert_int_equal(memory_map_retype(memory, RUNTIME, RUNTIME + 0x2000, MEMORY_RAM,
					   MEMORY_RESERVED),
			 0);
	assert_int_equal(machine_protect_tables(&fixture->reader, &fixture->firmware,
						checksums, &fixture->machine, NULL),
			 0);
}

static inline void protect(struct fixture *fixture)
{
	protect_with(fixture, false);
}

static inline const struct efi_config_table *table(const struct fixture *fixture,
						   size_t i)
{
	return &fixture->machine.efi.tables.tables[i];
}

static inline bool is_reserved(const struct fixture *fixture, uint64_t start,
			       uint64_t end)
{
	return memory_map_is_type(&fixture->machine.memory, start, end, MEMORY_RESERVED);
}

/* Exactly this range is reserved, and the bytes around it are RAM. */
static inline void assert_kept(const struct fixture *fixture, uint64_t start,
			       uint64_t end)
{
	const struct memory_map *memory = &fixture->machine.memory;

	assert_true(is_reserved(fixture, start, end));
	assert_true(memory_map_is_type(memory, start - 1, start, MEMORY_RAM));
	assert_true(memory_map_is_type(memory, end, end + 1, MEMORY_RAM));
}

static inline bool noted(const struct fixture *fixture, const char *part)
{
	size_t i;

	for (i = 0; i < fixture->machine.notes.count; i++) {
		if (strstr(fixture->machine.notes.items[i], part))
			return true;
	}
	return false;
}

#define _cleanup_fixture_ _cleanup_(fixture_clear)

#endif
