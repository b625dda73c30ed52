// SPDX-License-Identifier: GPL-2.0-only
/*
 * Config tables that are lists: MOK variables and memory reservations, with and without
 * an end. Also the limits for all tables of a machine together.
 */
#include "table_memory.h"

#define INTACT	  EFI_TABLE_INTACT
#define DAMAGED	  EFI_TABLE_DAMAGED

#define MOK_ENTRY 264u
#define MOK(n)	  (TABLE + (n)*MOK_ENTRY)
#define MOK_GUESS                                       \
	{                                               \
		{                                       \
			TABLE, LOW_START + 64 * 4096ull \
		}                                       \
	}

static const struct table_case mok[] = {
	{ "two variables and the end",
	  EFI_TABLE_MOK_VARIABLES,
	  { { MOK(0), 1, 'M' },
	    { MOK(0) + 256, 8, 100 },
	    { MOK(1) + 100, 1, 'S' },
	    { MOK(1) + 100 + 256, 8, 0x2345 } },
	  INTACT,
	  NULL,
	  { { TABLE, MOK(3) + 100 + 0x2345 } } },
	{ "a variable without data",
	  EFI_TABLE_MOK_VARIABLES,
	  { { MOK(0), 1, 'M' } },
	  INTACT,
	  NULL,
	  { { TABLE, MOK(2) } } },
	{ "the end only",
	  EFI_TABLE_MOK_VARIABLES,
	  { { 0 } },
	  INTACT,
	  NULL,
	  { { TABLE, MOK(1) } } },
	{ "data without a name",
	  EFI_TABLE_MOK_VARIABLES,
	  { { MOK(0), 1, 'M' }, { MOK(1) + 256, 8, 1 } },
	  DAMAGED,
	  "entry 1 claims 0x1 bytes",
	  MOK_GUESS },
	{ "a variable of 4 GiB",
	  EFI_TABLE_MOK_VARIABLES,
	  { { MOK(0), 1, 'M' }, { MOK(0) + 256, 8, 0x100000000 } },
	  DAMAGED,
	  "entry 0 claims 0x100000000 bytes",
	  MOK_GUESS },
	{ "a variable that leads back",
	  EFI_TABLE_MOK_VARIABLES,
	  { { MOK(0), 1, 'M' }, { MOK(0) + 256, 8, -(uint64_t)MOK_ENTRY } },
	  DAMAGED,
	  "entry 0 claims 0xfffffffffffffef8 bytes",
	  MOK_GUESS },
	/* The address is memory, which may belong to the table. */
	{ "a variable that leads out of memory",
	  EFI_TABLE_MOK_VARIABLES,
	  { { MOK(0), 1, 'M' }, { MOK(0) + 256, 8, LOW_END - MOK(1) } },
	  DAMAGED,
	  "no memory of 264 bytes at 0x30000",
	  MOK_GUESS },
	{ "a variable that ends with memory",
	  EFI_TABLE_MOK_VARIABLES,
	  { { MOK(0), 1, 'M' }, { MOK(0) + 256, 8, LOW_END - MOK(2) } },
	  INTACT,
	  NULL,
	  { { TABLE, LOW_END } } },
};

/* size, count, next node */
#define NODE(address, size, count, next)                         \
	{ (address), 4, (size) }, { (address) + 4, 4, (count) }, \
	{                                                        \
		(address) + 8, 8, (next)                         \
	}
#define ENTRY(address, start, length)      \
	{ (address), 8, (start) },         \
	{                                  \
		(address) + 8, 8, (length) \
	}

static const struct table_case reservations[] = {
	{ "an empty node",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { { 0 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 16 } } },
	{ "two nodes",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 0, 0, 0x20000), NODE(0x20000, 255, 2, 0),
	    ENTRY(0x20010, 0x22000, 0x1000), ENTRY(0x20020, SHUT_START, 0x1800) },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 16 },
	    { 0x20000, 0x21000 },
	    { 0x22000, 0x23000 },
	    { SHUT_START, SHUT_START + 0x1800 } } },
	{ "a reservation of nothing",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 1, 1, 0), ENTRY(TABLE + 16, 0x22000, 0) },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 32 } } },
	{ "more reservations than there is room for",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 2, 3, 0) },
	  DAMAGED,
	  "claims 3 of 2 entries",
	  { { TABLE, LOW_START + 0x1000 } } },
	{ "4 billion reservations",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, UINT32_MAX, UINT32_MAX, 0) },
	  DAMAGED,
	  "claims 4294967295",
	  { { TABLE, LOW_START + 0x1000 } } },
	{ "a reservation of 4 GiB",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 2, 2, 0), ENTRY(TABLE + 16, 0x22000, 0x1000),
	    ENTRY(TABLE + 32, BIG_START, 0x100000000) },
	  DAMAGED,
	  "not all memory",
	  { { TABLE, TABLE + 48 }, { 0x22000, 0x23000 } } },
	{ "a reservation of 20 MiB, and one behind it",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 2, 2, 0), ENTRY(TABLE + 16, BIG_START, 20 << 20),
	    ENTRY(TABLE + 32, 0x22000, 0x1000) },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 48 },
	    { BIG_START, BIG_START + (20 << 20) },
	    { 0x22000, 0x23000 } } },
	{ "a reservation that wraps",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 1, 1, 0), ENTRY(TABLE + 16, UINT64_MAX - 0xfff, 0x2000) },
	  DAMAGED,
	  "claims 0x2000 bytes",
	  { { TABLE, TABLE + 32 } } },
	{ "a reservation outside",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 1, 1, 0), ENTRY(TABLE + 16, LOW_END, 0x1000) },
	  DAMAGED,
	  "not all memory",
	  { { TABLE, TABLE + 32 } } },
	{ "a reservation outside, and one behind it",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 2, 2, 0), ENTRY(TABLE + 16, LOW_END, 0x1000),
	    ENTRY(TABLE + 32, 0x22000, 0x1000) },
	  DAMAGED,
	  "not all memory",
	  { { TABLE, TABLE + 48 }, { 0x22000, 0x23000 } } },
	{ "a second node outside",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 0, 0, LOW_END) },
	  DAMAGED,
	  "no memory",
	  { { TABLE, TABLE + 16 } } },
	{ "a second node that cannot be read",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 0, 0, SHUT_START) },
	  EFI_TABLE_UNREADABLE,
	  "kept from us",
	  { { TABLE, TABLE + 16 } } },
	{ "a node that leads to itself",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 0, 0, TABLE) },
	  DAMAGED,
	  "is in a loop",
	  { { TABLE, TABLE + 16 }, { TABLE, TABLE + 16 } } },
	{ "two nodes that lead to each other",
	  EFI_TABLE_MEMORY_RESERVATIONS,
	  { NODE(TABLE, 0, 0, 0x20000), NODE(0x20000, 0, 0, TABLE) },
	  DAMAGED,
	  "is in a loop",
	  { { TABLE, TABLE + 16 },
	    { 0x20000, 0x20010 },
	    { TABLE, TABLE + 16 },
	    { 0x20000, 0x20010 } } },
};

/* Variables up to the accepted limit, without an end of the list. */
static void mok_without_an_end(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;
	uint64_t address;

	(void)state;
	table_memory_make(&memory);
	for (address = BIG_START; address < BIG_END; address += MOK_ENTRY)
		*memory_at(&memory, address) = 'M';
	examine(&memory, EFI_TABLE_MOK_VARIABLES, BIG_START, true);
	assert_int_equal(memory.table.state, DAMAGED);
	assert_non_null(strstr(memory.table.problem, "no end"));
	assert_int_equal(memory.table.part_count, 1);
	assert_int_equal(memory.table.parts[0].end, BIG_START + 64 * 4096);
	assert_true(memory.reads <= 4096);
}

/* Adjacent nodes; the last one points to the given address. */
static void make_nodes(struct table_memory *memory, unsigned count, unsigned back_to)
{
	unsigned i;

	for (i = 0; i < count; i++)
		put_le(memory_at(memory, BIG_START + i * 16 + 8), 8,
		       BIG_START + (i + 1 < count ? i + 1 : back_to) * 16);
}

static void a_long_loop_is_found_soon(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;

	(void)state;
	table_memory_make(&memory);
	make_nodes(&memory, 100, 90);
	examine(&memory, EFI_TABLE_MEMORY_RESERVATIONS, BIG_START, true);
	assert_int_equal(memory.table.state, DAMAGED);
	assert_non_null(strstr(memory.table.problem, "is in a loop"));
	assert_true(memory.reads < 200);
}

static void a_list_without_a_believable_end(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;

	(void)state;
	table_memory_make(&memory);
	make_nodes(&memory, 100000, 0);
	examine(&memory, EFI_TABLE_MEMORY_RESERVATIONS, BIG_START, true);
	assert_int_equal(memory.table.state, DAMAGED);
	assert_non_null(strstr(memory.table.problem, "no end within 4096 nodes"));
	assert_int_equal(memory.table.part_count, 4096);
}

/* Fills an array of maximum length with tables of one kind. */
static void examine_many(struct table_memory *memory, enum efi_table_kind kind,
			 uint64_t address, uint64_t *parts, uint64_t *pages)
{
	unsigned i;
	size_t j;

	*parts = *pages = 0;
	for (i = 0; i < 65536; i++) {
		examine(memory, kind, address, false);
		*parts += memory->table.part_count;
		for (j = 0; j < memory->table.part_count; j++)
			*pages += memory->table.parts[j].end / 4096 -
				  memory->table.parts[j].start / 4096;
	}
}

/* With long lists, time and bytes read are limited for all tables together. */
static void many_tables_that_lead_far(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;
	uint64_t parts, pages;

	(void)state;
	table_memory_make(&memory);
	make_nodes(&memory, 4096, 0);
	examine_many(&memory, EFI_TABLE_MEMORY_RESERVATIONS, BIG_START, &parts, &pages);
	assert_int_equal(parts, EFI_TABLE_PARTS_MAX);
	assert_true(memory.reads <= 65536);
	/* The last tables are not kept and have a message. */
	assert_int_equal(memory.table.part_count, 0);
	assert_int_equal(memory.table.state, DAMAGED);
	assert_non_null(strstr(memory.table.problem, "together"));
}

static void many_tables_that_are_long(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;
	uint64_t parts, pages;

	(void)state;
	table_memory_make(&memory);
	put_le(memory_at(&memory, BIG_START), 4, EFI_TABLE_BYTES_MAX - 4);
	examine_many(&memory, EFI_TABLE_RANDOM_SEED, BIG_START, &parts, &pages);
	assert_true(pages <= 16384);
	assert_int_equal(parts, pages / 4096);
}

static void many_tables_that_cannot_be_read(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;
	uint64_t parts, pages;

	(void)state;
	table_memory_make(&memory);
	examine_many(&memory, EFI_TABLE_TPM_LOG, SHUT_START, &parts, &pages);
	assert_int_equal(pages, 16384);
	assert_int_equal(parts, 256);
	assert_true(memory.reads <= 65536);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mok_without_an_end),
		cmocka_unit_test(a_long_loop_is_found_soon),
		cmocka_unit_test(a_list_without_a_believable_end),
		cmocka_unit_test(many_tables_that_lead_far),
		cmocka_unit_test(many_tables_that_are_long),
		cmocka_unit_test(many_tables_that_cannot_be_read),
	};

	return RUN_TABLE(check_table_case, mok) |
	       RUN_TABLE(check_table_case, reservations) |
	       cmocka_run_group_tests(tests, NULL, NULL);
}
