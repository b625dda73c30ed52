// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/arch/x86_64/setup_data.c: the list as the next kernel walks it. */
#include "arch/x86_64/setup_data.h"

#include "fixtures.h"

#define PLACE 0x123456789000ull

static const struct list_case {
	const char *name;
	size_t count;
	uint32_t lengths[8];
	size_t expected_size;
} list_cases[] = {
	{ "no node", 0, { 0 }, 0 },
	{ "one byte", 1, { 1 }, 32 },
	{ "exactly one unit", 1, { 16 }, 32 },
	{ "one byte over a unit", 1, { 17 }, 48 },
	{ "no data", 1, { 0 }, 16 },
	{ "no data between two", 3, { 8, 0, 8 }, 32 + 16 + 32 },
	{ "EFI and seed", 2, { 96, 32 }, 112 + 48 },
	{ "eight of all lengths",
	  8,
	  { 1, 15, 16, 31, 32, 33, 4095, 4097 },
	  32 + 32 + 32 + 48 + 48 + 64 + 4112 + 4128 },
};

/* Walks the list as a kernel does: by physical addresses, header by header. */
static void check_list(const struct list_case *row, const uint8_t *buffer, size_t size,
		       uint64_t first)
{
	uint64_t address = first;
	size_t node, byte;

	for (node = 0; node < row->count; node++) {
		const uint8_t *at = buffer + (address - PLACE);

		assert_uint_in_range(address, PLACE, PLACE + size - 16);
		assert_int_equal(address % 16, 0);
		assert_int_equal(get_le(at + 8, 4), 0x100 + node);
		assert_int_equal(get_le(at + 12, 4), row->lengths[node]);
		assert_true(address + 16 + row->lengths[node] <= PLACE + size);
		for (byte = 0; byte < row->lengths[node]; byte++)
			assert_int_equal(at[16 + byte], (uint8_t)(node + byte));
		/* Nodes must not overlap. */
		if (get_le(at, 8))
			assert_true(get_le(at, 8) >= address + 16 + row->lengths[node]);
		address = get_le(at, 8);
	}
	assert_int_equal(address, 0);
}

static void list_case(void **state)
{
	const struct list_case *row = *state;
	_cleanup_setup_data_ struct setup_data_list list = { 0 };
	_cleanup_free_ uint8_t *buffer = NULL;
	uint8_t data[8192];
	uint64_t first;
	size_t node, byte;

	for (node = 0; node < row->count; node++) {
		for (byte = 0; byte < row->lengths[node]; byte++)
			data[byte] = (uint8_t)(node + byte);
		assert_int_equal(setup_data_add(&list, 0x100 + (unsigned)node, data,
						row->lengths[node], NULL),
				 0);
		/* The list has its own copy. */
		memset(data, 0xee, sizeof(data));
	}
	assert_int_equal(setup_data_size(&list), row->expected_size);
	/* Exactly the promised size: ASan reports a byte too many. */
	buffer = calloc(1, row->expected_size + !row->expected_size);
	assert_non_null(buffer);
	first = setup_data_write(&list, 0, buffer, PLACE);
	assert_int_equal(first, row->count ? PLACE : 0);
	check_list(row, buffer, row->expected_size, first);
}

/* boot.rst, "setup_data": type of the data with the flag, 0, its length, its address. */
static void indirect(void **state)
{
	_cleanup_setup_data_ struct setup_data_list list = { 0 };
	uint8_t buffer[32 + 48 + 32 + 32] = { 0 };
	const uint8_t *node = buffer + 32;
	const char *text = (const char *)buffer;

	(void)state;
	assert_int_equal(setup_data_add(&list, 3, "direct", 6, NULL), 0);
	assert_int_equal(
		setup_data_add_indirect(&list, 0x80000005, "pointed at, 17 b", 17, NULL),
		0);
	assert_int_equal(setup_data_add(&list, 6, "behind", 6, NULL), 0);
	assert_int_equal(setup_data_size(&list), sizeof(buffer));
	assert_int_equal(setup_data_write(&list, 0, buffer, PLACE), PLACE);
	assert_string_equal(text + setup_data_find(&list, 3), "direct");
	assert_memory_equal(buffer + setup_data_find(&list, 0x80000005),
			    "pointed at, 17 b", 17);
	assert_string_equal(text + setup_data_find(&list, 6), "behind");
	assert_int_equal(get_le(buffer, 8), PLACE + 32);
	assert_int_equal(get_le(node, 8), PLACE + 32 + 48 + 32);
	assert_int_equal(get_le(node + 8, 4), 0x80000000);
	assert_int_equal(get_le(node + 12, 4), 24);
	assert_int_equal(get_le(node + 16, 4), 0x80000005);
	assert_int_equal(get_le(node + 20, 4), 0);
	assert_int_equal(get_le(node + 24, 8), 17);
	assert_int_equal(get_le(node + 32, 8), PLACE + 32 + 48);
	assert_memory_equal(node + 48, "pointed at, 17 b", 17);
	assert_int_equal(get_le(node + 80, 8), 0);
	assert_memory_equal(node + 80 + 16, "behind", 6);
}

static void clear_twice(void **state)
{
	struct setup_data_list list = { 0 };

	(void)state;
	assert_int_equal(setup_data_add(&list, SETUP_DATA_EFI, "x", 1, NULL), 0);
	setup_data_clear(&list);
	assert_int_equal(list.count, 0);
	setup_data_clear(&list);
}

int main(void)
{
	const struct CMUnitTest others[] = { cmocka_unit_test(indirect),
					     cmocka_unit_test(clear_twice) };

	return RUN_TABLE(list_case, list_cases) +
	       cmocka_run_group_tests_name("clear", others, NULL, NULL);
}
