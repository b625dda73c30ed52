// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that a confidential guest has not accepted: the bitmap, and what lies about it.
 */
#include <errno.h>
#include <string.h>

#include "fixtures.h"
#include "machine/machine_internal.h"
#include "machine_tree.h"
#include "util/bytes.h"

#define TABLE  0x20000000ull
#define UNIT   (2 * MIB)
#define RANGES 4
#define BITMAP 64u

/* A bitmap that begins at base; RAM is 1 GiB. What is left to place in, or the reason. */
static const struct row {
	const char *name;
	uint32_t version;
	uint32_t unit;
	uint64_t base;
	uint64_t size; /* bytes, by the header */
	struct {
		unsigned first, end;
	} set[2]; /* bits */
	const char *meminfo;
	uint64_t expected[RANGES][2];
	const char *reason;
} rows[] = {
	{ "nothing unaccepted", 1, UNIT, 0, BITMAP, {}, NULL, { { 0x1000, GIB } }, NULL },
	{ "the upper half",
	  1,
	  UNIT,
	  0,
	  BITMAP,
	  { { 256, 512 } },
	  NULL,
	  { { 0x1000, GIB / 2 } },
	  NULL },
	{ "single units, across bytes",
	  1,
	  UNIT,
	  0,
	  BITMAP,
	  { { 7, 9 }, { 300, 301 } },
	  NULL,
	  { { 0x1000, 7 * UNIT }, { 9 * UNIT, 300 * UNIT }, { 301 * UNIT, GIB } },
	  NULL },
	{ "not from address 0 on",
	  1,
	  UNIT,
	  256 * MIB,
	  BITMAP,
	  { { 0, 1 }, { 384, 512 } },
	  NULL,
	  { { 0x1000, 256 * MIB }, { 256 * MIB + UNIT, GIB } },
	  NULL },
	{ "smaller units",
	  1,
	  4096,
	  MIB,
	  BITMAP,
	  { { 0, 2 } },
	  NULL,
	  { { 0x1000, MIB }, { MIB + 0x2000, GIB } },
	  NULL },
	{ "above all RAM",
	  1,
	  UNIT,
	  GIB,
	  BITMAP,
	  { { 0, 512 } },
	  NULL,
	  { { 0x1000, GIB } },
	  NULL },
	{ "at the end of the address space",
	  1,
	  UNIT,
	  UINT64_MAX - UNIT + 1,
	  BITMAP,
	  { { 0, 512 } },
	  NULL,
	  { { 0x1000, GIB } },
	  NULL },
	{ "units so large that they wrap",
	  1,
	  1u << 31,
	  0,
	  BITMAP,
	  { { 0, 512 } },
	  NULL,
	  { { 0 } },
	  "not accepted yet" },
	{ "a bitmap longer than memory needs",
	  1,
	  UNIT,
	  0,
	  4096,
	  { { 256, 512 } },
	  NULL,
	  { { 0x1000, GIB / 2 } },
	  NULL },
	{ "a bitmap shorter than memory",
	  1,
	  UNIT,
	  0,
	  8,
	  { { 8, 16 }, { 256, 512 } },
	  NULL,
	  { { 0x1000, 8 * UNIT }, { 16 * UNIT, GIB } },
	  NULL },
	{ "a bitmap that nobody believes",
	  1,
	  UNIT,
	  0,
	  1ull << 40,
	  { { 256, 512 } },
	  NULL,
	  { { 0 } },
	  "accept_memory=eager" },
	{ "a bitmap of 2^64-1 bytes",
	  1,
	  UNIT,
	  0,
	  UINT64_MAX,
	  { { 256, 512 } },
	  NULL,
	  { { 0 } },
	  "accept_memory=eager" },
	{ "another version",
	  2,
	  UNIT,
	  0,
	  BITMAP,
	  { { 256, 512 } },
	  NULL,
	  { { 0 } },
	  "version 2" },
	{ "units of 0 bytes",
	  1,
	  0,
	  0,
	  BITMAP,
	  { { 256, 512 } },
	  NULL,
	  { { 0 } },
	  "0x0 bytes for each bit" },
	{ "units that are not a power of two",
	  1,
	  3 << 20,
	  0,
	  BITMAP,
	  { { 256, 512 } },
	  NULL,
	  { { 0 } },
	  "0x300000 bytes for each bit" },
	{ "all of it",
	  1,
	  UNIT,
	  0,
	  BITMAP,
	  { { 0, 512 } },
	  NULL,
	  { { 0 } },
	  "not accepted yet" },
	{ "broken, but all is accepted",
	  2,
	  0,
	  0,
	  BITMAP,
	  { { 256, 512 } },
	  "Unaccepted:            0 kB\n",
	  { { 0x1000, GIB } },
	  NULL },
	{ "some is not accepted, says the kernel",
	  1,
	  UNIT,
	  0,
	  BITMAP,
	  { { 256, 512 } },
	  "Unaccepted:       524288 kB\n",
	  { { 0x1000, GIB / 2 } },
	  NULL },
};

static void write_table(struct tree *tree, const struct row *row)
{
	_cleanup_free_ uint8_t *table = calloc(1, 24 + 4096);
	unsigned i, bit;
	char path[64];

	assert_non_null(table);
	store_u32(table, row->version);
	store_u32(table + 4, row->unit);
	store_u64(table + 8, row->base);
	store_u64(table + 16, row->size);
	for (i = 0; i < COUNT(row->set); i++)
		for (bit = row->set[i].first; bit < row->set[i].end; bit++)
			table[24 + bit / 8] |= (uint8_t)(1u << bit % 8);
	snprintf(path, sizeof(path), "physical_memory/%016llx", TABLE);
	tree_write_bytes(tree, path, table, 24 + 4096);
}

static void read_machine(const struct tree *tree, struct machine *machine)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	struct efi_config_table *table = calloc(1, sizeof(*table));

	assert_non_null(table);
	*table = (struct efi_config_table){ .kind = EFI_TABLE_UNACCEPTED_MEMORY,
					    .address = TABLE,
					    .name = strdup("unaccepted") };
	machine->efi.tables = (struct efi_config_tables){ table, 1 };
	physical_memory_open(&tree->root, &reader);
	assert_int_equal(memory_map_set(&machine->memory, 0, GIB, MEMORY_RAM), 0);
	assert_int_equal(iomem_parse(strdup("1000-3fffffff : System RAM\n"),
				     &machine->iomem, NULL),
			 0);
	assert_int_equal(machine_reserve_memory(&reader, false, machine, NULL), 0);
	assert_int_equal(machine_find_placeable(&tree->root, &reader, machine, NULL), 0);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;
	size_t i;

	tree_make(&tree);
	write_table(&tree, row);
	if (row->meminfo)
		assert_true(asprintf(&machine.meminfo, "MemTotal: 9 kB\n%s",
				     row->meminfo) > 0);
	read_machine(&tree, &machine);
	if (row->reason) {
		assert_int_equal(machine.placeable.count, 0);
		assert_non_null(strstr(machine.nowhere, row->reason));
		return;
	}
	assert_null(machine.nowhere);
	for (i = 0; i < RANGES && row->expected[i][1]; i++) {
		uint64_t at = row->expected[i][0], end = row->expected[i][1];

		/* But for the table, which is kept. */
		assert_true(memory_map_is_type(&machine.placeable, at,
					       end < TABLE ? end : TABLE, MEMORY_RAM) ||
			    at >= TABLE);
		assert_true(end <= TABLE + MIB ||
			    memory_map_is_type(&machine.placeable,
					       at > TABLE + MIB ? at : TABLE + MIB, end,
					       MEMORY_RAM));
		assert_false(memory_map_has_type(&machine.placeable, end,
						 i + 1 < RANGES && row->expected[i + 1][1]
							 ? row->expected[i + 1][0]
							 : UINT64_MAX,
						 MEMORY_RAM));
	}
}

/* Its memory cannot be read: which units are accepted is unknown. */
static void test_unreadable(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	tree_make(&tree);
	read_machine(&tree, &machine);
	assert_int_equal(machine.placeable.count, 0);
	assert_int_equal(machine_require_placeable(&machine, NULL), -ENODATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unreadable),
	};

	return RUN_TABLE(test_row, rows) +
	       cmocka_run_group_tests_name("machine_unaccepted", tests, NULL, NULL);
}
