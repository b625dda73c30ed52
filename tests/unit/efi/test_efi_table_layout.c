// SPDX-License-Identifier: GPL-2.0-only
/*
 * Config tables whose header gives the length: intact, and with each possible defect of
 * the header.
 */
#include "table_memory.h"

#include <errno.h>

#define INTACT	EFI_TABLE_INTACT
#define DAMAGED EFI_TABLE_DAMAGED

/* The pages that are kept for a table of unknown length, from its first page on. */
#define GUESS(pages)                                       \
	{                                                  \
		{                                          \
			TABLE, LOW_START + (pages)*4096ull \
		}                                          \
	}

static const struct table_case attributes[] = {
	{ "memory attributes",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { TABLE, 4, 1 }, { TABLE + 4, 4, 21 }, { TABLE + 8, 4, 48 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 16 + 21 * 48 } } },
	{ "version 2",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { TABLE, 4, 2 }, { TABLE + 4, 4, 1 }, { TABLE + 8, 4, 40 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 56 } } },
	{ "no descriptors",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { TABLE, 4, 1 }, { TABLE + 8, 4, 48 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 16 } } },
	{ "zeros",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { 0 } },
	  DAMAGED,
	  "version 0",
	  GUESS(16) },
	{ "version 3",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { TABLE, 4, 3 }, { TABLE + 4, 4, 1 }, { TABLE + 8, 4, 48 } },
	  DAMAGED,
	  "version 3",
	  GUESS(16) },
	{ "descriptors that are too small",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { TABLE, 4, 1 }, { TABLE + 4, 4, 1 }, { TABLE + 8, 4, 39 } },
	  DAMAGED,
	  "descriptors of 39 bytes",
	  GUESS(16) },
	{ "descriptors of more than a page",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { TABLE, 4, 1 }, { TABLE + 4, 4, 1 }, { TABLE + 8, 4, 4097 } },
	  DAMAGED,
	  "descriptors of 4097 bytes",
	  GUESS(16) },
	{ "4 billion descriptors",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { TABLE, 4, 1 }, { TABLE + 4, 4, UINT32_MAX }, { TABLE + 8, 4, 4096 } },
	  DAMAGED,
	  "it claims 0xffffffff010 bytes at 0x10018",
	  GUESS(16) },
	{ "descriptors up to the end of memory",
	  EFI_TABLE_MEMORY_ATTRIBUTES,
	  { { TABLE, 4, 1 }, { TABLE + 4, 4, 3276 }, { TABLE + 8, 4, 40 } },
	  DAMAGED,
	  "not all memory",
	  GUESS(16) },
};

static const struct table_case esrts[] = {
	{ "ESRT",
	  EFI_TABLE_ESRT,
	  { { TABLE, 4, 2 }, { TABLE + 4, 4, 2 }, { TABLE + 8, 8, 1 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 96 } } },
	{ "without entries",
	  EFI_TABLE_ESRT,
	  { { TABLE + 8, 8, 1 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 16 } } },
	{ "zeros", EFI_TABLE_ESRT, { { 0 } }, DAMAGED, "version 0", GUESS(2) },
	{ "version of which only the low half is right",
	  EFI_TABLE_ESRT,
	  { { TABLE, 4, 2 }, { TABLE + 8, 8, 0x100000001 } },
	  DAMAGED,
	  "version 4294967297",
	  GUESS(2) },
	{ "4 billion entries",
	  EFI_TABLE_ESRT,
	  { { TABLE, 4, UINT32_MAX }, { TABLE + 8, 8, 1 } },
	  DAMAGED,
	  "it claims 0x27ffffffe8 bytes",
	  GUESS(2) },
	{ "entries that leave memory",
	  EFI_TABLE_ESRT,
	  { { TABLE, 4, 3277 }, { TABLE + 8, 8, 1 } },
	  DAMAGED,
	  "not all memory",
	  GUESS(2) },
};

static const struct table_case small[] = {
	{ "runtime properties",
	  EFI_TABLE_RUNTIME_PROPERTIES,
	  { { TABLE, 2, 1 }, { TABLE + 2, 2, 8 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 8 } } },
	{ "runtime properties: version 2",
	  EFI_TABLE_RUNTIME_PROPERTIES,
	  { { TABLE, 2, 2 }, { TABLE + 2, 2, 8 } },
	  DAMAGED,
	  "version 2",
	  GUESS(1) },
	{ "runtime properties: 9 bytes",
	  EFI_TABLE_RUNTIME_PROPERTIES,
	  { { TABLE, 2, 1 }, { TABLE + 2, 2, 9 } },
	  DAMAGED,
	  "9 bytes",
	  GUESS(1) },
	{ "random seed",
	  EFI_TABLE_RANDOM_SEED,
	  { { TABLE, 4, 32 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 36 } } },
	{ "random seed: none",
	  EFI_TABLE_RANDOM_SEED,
	  { { 0 } },
	  DAMAGED,
	  "no seed",
	  GUESS(2) },
	{ "random seed: 4 GiB",
	  EFI_TABLE_RANDOM_SEED,
	  { { TABLE, 4, UINT32_MAX } },
	  DAMAGED,
	  "claims 0x100000003 bytes",
	  GUESS(2) },
	{ "unaccepted memory",
	  EFI_TABLE_UNACCEPTED_MEMORY,
	  { { TABLE, 4, 1 }, { TABLE + 4, 4, 0x200000 }, { TABLE + 16, 8, 0x2000 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 24 + 0x2000 } } },
	{ "unaccepted memory: units of 0 bytes",
	  EFI_TABLE_UNACCEPTED_MEMORY,
	  { { TABLE, 4, 1 }, { TABLE + 16, 8, 0x2000 } },
	  DAMAGED,
	  "0x0 bytes for each bit",
	  GUESS(64) },
	{ "unaccepted memory: none",
	  EFI_TABLE_UNACCEPTED_MEMORY,
	  { { TABLE, 4, 1 }, { TABLE + 4, 4, 0x1000 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 24 } } },
	{ "unaccepted memory: version 2",
	  EFI_TABLE_UNACCEPTED_MEMORY,
	  { { TABLE, 4, 2 }, { TABLE + 16, 8, 8 } },
	  DAMAGED,
	  "version 2",
	  GUESS(64) },
	{ "unaccepted memory: a bitmap that wraps",
	  EFI_TABLE_UNACCEPTED_MEMORY,
	  { { TABLE, 4, 1 }, { TABLE + 16, 8, UINT64_MAX } },
	  DAMAGED,
	  "0xffffffffffffffff",
	  GUESS(64) },
};

static const struct table_case confidential[] = {
	{ "secrets",
	  EFI_TABLE_SECRETS,
	  { { TABLE, 8, 0x20000 }, { TABLE + 8, 8, 0x1000 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 16 }, { 0x20000, 0x21000 } } },
	{ "secrets of 0 bytes",
	  EFI_TABLE_SECRETS,
	  { { TABLE, 8, 0x20000 } },
	  DAMAGED,
	  "claims 0x0 bytes",
	  { { TABLE, TABLE + 16 } } },
	{ "secrets that wrap",
	  EFI_TABLE_SECRETS,
	  { { TABLE, 8, UINT64_MAX - 0x7ff }, { TABLE + 8, 8, 0x1000 } },
	  DAMAGED,
	  "claims 0x1000 bytes",
	  { { TABLE, TABLE + 16 } } },
	{ "secrets outside",
	  EFI_TABLE_SECRETS,
	  { { TABLE, 8, LOW_END }, { TABLE + 8, 8, 0x1000 } },
	  DAMAGED,
	  "not all memory",
	  { { TABLE, TABLE + 16 } } },
	{ "CC blob",
	  EFI_TABLE_CC_BLOB,
	  { { TABLE, 4, 0x45444d41 },
	    { TABLE + 8, 8, 0x20000 },
	    { TABLE + 16, 4, 0x1000 },
	    { TABLE + 24, 8, 0x21000 },
	    { TABLE + 32, 4, 0x1000 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 40 }, { 0x20000, 0x21000 }, { 0x21000, 0x22000 } } },
	{ "CC blob without its magic",
	  EFI_TABLE_CC_BLOB,
	  { { TABLE, 4, 0x45444d42 } },
	  DAMAGED,
	  "begins with 0x45444d42",
	  GUESS(1) },
	{ "CC blob with secrets of 4 GiB",
	  EFI_TABLE_CC_BLOB,
	  { { TABLE, 4, 0x45444d41 },
	    { TABLE + 8, 8, 0x20000 },
	    { TABLE + 16, 4, UINT32_MAX },
	    { TABLE + 24, 8, 0x21000 },
	    { TABLE + 32, 4, 0x1000 } },
	  DAMAGED,
	  "secrets of 0xffffffff bytes",
	  { { TABLE, TABLE + 40 } } },
	{ "CC blob whose CPUID page is outside",
	  EFI_TABLE_CC_BLOB,
	  { { TABLE, 4, 0x45444d41 },
	    { TABLE + 8, 8, 0x20000 },
	    { TABLE + 16, 4, 0x1000 },
	    { TABLE + 24, 8, LOW_END - 0x800 },
	    { TABLE + 32, 4, 0x1000 } },
	  DAMAGED,
	  "not all memory",
	  { { TABLE, TABLE + 40 }, { 0x20000, 0x21000 } } },
};

static void is_the_same_when_examined_again(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;

	(void)state;
	table_memory_make(&memory);
	poke_memory(&memory, confidential[0].pokes, POKES);
	examine(&memory, EFI_TABLE_SECRETS, TABLE, false);
	examine(&memory, EFI_TABLE_SECRETS, TABLE, true);
	assert_parts(&memory.table, confidential[0].parts);
	examine(&memory, EFI_TABLE_ESRT, TABLE, true);
	examine(&memory, EFI_TABLE_ESRT, TABLE, true);
	assert_int_equal(memory.table.state, DAMAGED);
	assert_int_equal(memory.table.part_count, 1);
	examine(&memory, EFI_TABLE_SECRETS, TABLE, true);
	assert_int_equal(memory.table.state, INTACT);
}

/* A length of 16 MiB is accepted, one byte more is not. */
static void longest(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;

	(void)state;
	table_memory_make(&memory);
	put_le(memory_at(&memory, BIG_START), 4, EFI_TABLE_BYTES_MAX - 4);
	examine(&memory, EFI_TABLE_RANDOM_SEED, BIG_START, true);
	assert_int_equal(memory.table.state, INTACT);
	assert_int_equal(efi_table_size(&memory.table), EFI_TABLE_BYTES_MAX);
	put_le(memory_at(&memory, BIG_START), 4, EFI_TABLE_BYTES_MAX - 3);
	examine(&memory, EFI_TABLE_RANDOM_SEED, BIG_START, true);
	assert_int_equal(memory.table.state, DAMAGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_the_same_when_examined_again),
		cmocka_unit_test(longest),
	};

	return RUN_TABLE(check_table_case, attributes) |
	       RUN_TABLE(check_table_case, esrts) | RUN_TABLE(check_table_case, small) |
	       RUN_TABLE(check_table_case, confidential) |
	       cmocka_run_group_tests(tests, NULL, NULL);
}
