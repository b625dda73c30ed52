// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/arch/x86_64/e820.c: 128 entries in boot_params, the others in a
 * node.
 */
#include "arch/x86_64/e820.h"

#include "fixtures.h"

/* zero-page.rst: e820_entries at 0x1e8, e820_table at 0x2d0, 128 entries of 20 bytes. */
#define ENTRIES_OFFSET 0x1e8
#define TABLE_OFFSET   0x2d0
#define TABLE_ENTRIES  128u
#define ENTRY_BYTES    20u

static const struct count_case {
	const char *name;
	size_t ranges;
	unsigned inside;
	size_t outside;
} count_cases[] = {
	{ "empty map", 0, 0, 0 },
	{ "one range", 1, 1, 0 },
	{ "one less than fits", 127, 127, 0 },
	{ "as many as fit", 128, 128, 0 },
	{ "one more than fits", 129, 128, 1 },
	{ "twice what fits and a byte's worth", 385, 128, 257 },
};

/* All types that the protocol has, so that each value is checked. */
static const enum memory_type types[] = {
	MEMORY_RAM,
	MEMORY_RESERVED,
	MEMORY_ACPI_TABLES,
	MEMORY_ACPI_NVS,
	MEMORY_UNUSABLE,
	MEMORY_PERSISTENT,
	MEMORY_PERSISTENT_LEGACY,
	MEMORY_SOFT_RESERVED,
};
static const uint32_t numbers[] = { 1, 2, 3, 4, 5, 7, 12, 0xefffffff };

static uint64_t start_of(size_t index)
{
	return index * 0x123450000ull;
}

static void check_entry(const uint8_t *entry, size_t index)
{
	assert_int_equal(get_le(entry, 8), start_of(index));
	assert_int_equal(get_le(entry + 8, 8), 0x1001 + index);
	assert_int_equal(get_le(entry + 16, 4), numbers[index % COUNT(numbers)]);
}

static void count_case(void **state)
{
	const struct count_case *row = *state;
	_cleanup_memory_map_ struct memory_map map = { 0 };
	_cleanup_setup_data_ struct setup_data_list list = { 0 };
	struct boot_params boot_params = { 0 };
	const uint8_t *bytes = (const uint8_t *)&boot_params;
	size_t i;

	for (i = 0; i < row->ranges; i++)
		assert_int_equal(memory_map_set(&map, start_of(i),
						start_of(i) + 0x1001 + i,
						types[i % COUNT(types)]),
				 0);
	assert_int_equal(map.count, row->ranges);
	assert_int_equal(e820_fill(&map, &boot_params, &list, NULL), 0);
	assert_int_equal(bytes[ENTRIES_OFFSET], row->inside);
	for (i = 0; i < row->inside; i++)
		check_entry(bytes + TABLE_OFFSET + i * ENTRY_BYTES, i);
	for (i *= ENTRY_BYTES; i < TABLE_ENTRIES * ENTRY_BYTES; i++)
		assert_int_equal(bytes[TABLE_OFFSET + i], 0);
	if (!row->outside) {
		assert_int_equal(list.count, 0);
		return;
	}
	assert_int_equal(list.count, 1);
	assert_int_equal(list.nodes[0].type, 1);
	assert_int_equal(list.nodes[0].length, row->outside * ENTRY_BYTES);
	for (i = 0; i < row->outside; i++)
		check_entry(list.nodes[0].data + i * ENTRY_BYTES, row->inside + i);
}

int main(void)
{
	return RUN_TABLE(count_case, count_cases);
}
