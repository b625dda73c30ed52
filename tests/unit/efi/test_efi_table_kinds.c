// SPDX-License-Identifier: GPL-2.0-only
/*
 * Config tables of every kind: addresses that are invalid, and memory that cannot be
 * read.
 */
#include "table_memory.h"

#include <errno.h>

#define DAMAGED EFI_TABLE_DAMAGED

/* All kinds of tables that are examined. */
static const enum efi_table_kind kinds[] = {
	EFI_TABLE_ACPI,
	EFI_TABLE_SMBIOS,
	EFI_TABLE_SMBIOS3,
	EFI_TABLE_MEMORY_ATTRIBUTES,
	EFI_TABLE_ESRT,
	EFI_TABLE_RUNTIME_PROPERTIES,
	EFI_TABLE_TPM_LOG,
	EFI_TABLE_TPM_FINAL_EVENTS,
	EFI_TABLE_RANDOM_SEED,
	EFI_TABLE_MOK_VARIABLES,
	EFI_TABLE_MEMORY_RESERVATIONS,
	EFI_TABLE_UNACCEPTED_MEMORY,
	EFI_TABLE_SECRETS,
	EFI_TABLE_CC_BLOB,
};

/* Nothing is read at that address, and nothing is kept. */
static void points_at_nothing(void **state)
{
	static const uint64_t addresses[] = { 0, LOW_START - 1, LOW_END, UINT64_MAX / 2 };
	_cleanup_table_memory_ struct table_memory memory;
	size_t i, j;

	(void)state;
	table_memory_make(&memory);
	for (i = 0; i < COUNT(kinds); i++) {
		for (j = 0; j < COUNT(addresses); j++) {
			examine(&memory, kinds[i], addresses[j], true);
			assert_int_equal(memory.table.state, EFI_TABLE_OUTSIDE);
			assert_int_equal(memory.table.part_count, 0);
		}
	}
	assert_int_equal(memory.reads, 0);
}

/* Its first byte is memory, so it may be a table and is kept. */
static void leaves_memory_within_its_header(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;
	size_t i;

	(void)state;
	table_memory_make(&memory);
	for (i = 0; i < COUNT(kinds); i++) {
		examine(&memory, kinds[i], LOW_END - 1, true);
		assert_int_equal(memory.table.state, DAMAGED);
		assert_int_equal(memory.table.part_count, 1);
		assert_int_equal(memory.table.parts[0].start, LOW_END - 1);
	}
}

static void cannot_be_read(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;
	size_t i;

	(void)state;
	table_memory_make(&memory);
	for (i = 0; i < COUNT(kinds); i++) {
		const struct efi_table_part *part;

		examine(&memory, kinds[i], SHUT_START + 0x18, true);
		assert_int_equal(memory.table.state, EFI_TABLE_UNREADABLE);
		assert_non_null(strstr(memory.table.problem, "kept from us"));
		assert_int_equal(memory.table.part_count, 1);
		part = memory.table.parts;
		assert_int_equal(part->start, SHUT_START + 0x18);
		assert_true(part->end >= SHUT_START + 0x1000 && part->end % 4096 == 0);
	}
}

/* All bytes are 0xff, so that every length is as large as possible. */
static void ends_the_address_space(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;
	size_t i;

	(void)state;
	table_memory_make(&memory);
	memset(memory_at(&memory, TOP_START), 0xff, 0xfff);
	for (i = 0; i < COUNT(kinds); i++) {
		examine(&memory, kinds[i], UINT64_MAX - 0x300, true);
		assert_int_equal(memory.table.state, DAMAGED);
		/* No assumed length fits; only the area of the secrets is kept. */
		assert_int_equal(memory.table.part_count, kinds[i] == EFI_TABLE_SECRETS);
	}
}

static void is_of_no_known_layout(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;

	(void)state;
	table_memory_make(&memory);
	examine(&memory, EFI_TABLE_OTHER, TABLE, true);
	assert_int_equal(memory.table.state, EFI_TABLE_NOT_EXAMINED);
	examine(&memory, EFI_TABLE_INITRD, TABLE, true);
	assert_int_equal(memory.table.state, EFI_TABLE_USED_UP);
	assert_int_equal(memory.table.part_count, 0);
	examine(&memory, EFI_TABLE_MEMORY_ATTRIBUTES, UINT64_MAX, true);
	assert_int_equal(memory.table.state, EFI_TABLE_DROPPED);
	assert_int_equal(memory.table.part_count, 0);
	assert_int_equal(memory.reads, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_at_nothing),
		cmocka_unit_test(leaves_memory_within_its_header),
		cmocka_unit_test(cannot_be_read),
		cmocka_unit_test(ends_the_address_space),
		cmocka_unit_test(is_of_no_known_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
