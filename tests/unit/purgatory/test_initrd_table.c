// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory/initrd_table.c, on an array that no page maps at first. */
#include "efi_table_machine.h"
#include "purgatory/initrd_table.h"

#define OTHER 0x3f5e8000ull
#define FIRST 0x3e100018ull
#define AGAIN 0x3e200018ull

/* In memory order: LINUX_EFI_INITRD_MEDIA_GUID, and one that differs in its last byte. */
static const uint8_t guid[16] = { 0x27, 0xe4, 0x68, 0x55, 0xfc, 0x68, 0x3d, 0x4f,
				  0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68 };
static const uint8_t other[16] = { 0x27, 0xe4, 0x68, 0x55, 0xfc, 0x68, 0x3d, 0x4f,
				   0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x69 };

/* Two INITRD tables, one of them the array's last entry, and one behind its end. */
static void make(struct machine *machine)
{
	machine_create(machine, 4, 0);
	put_tables(machine, ARRAY, 5, 0);
	put_entry(machine, 1, guid, FIRST);
	put_entry(machine, 2, other, OTHER);
	put_entry(machine, 4, guid, AGAIN);
	put_entry(machine, 5, guid, FIRST);
	put_u64(machine, FIRST, OTHER);
}

static void test_withdraws_each_entry(void **state)
{
	struct machine machine;

	(void)state;
	make(&machine);
	walk(&machine);
	initrd_table_withdraw(&machine.paging.memory, &machine.result);
	assert_int_equal(pointer(&machine, 1), UINT64_MAX);
	assert_int_equal(pointer(&machine, 4), UINT64_MAX);
	/* Nothing else is touched: other tables, what lies behind, and the table. */
	assert_int_equal(pointer(&machine, 2), OTHER);
	assert_int_equal(pointer(&machine, 5), FIRST);
	assert_int_equal(get_u64(&machine, FIRST), OTHER);
	paging_destroy(&machine.paging);
}

static void test_leaves_an_array_that_is_not_mapped(void **state)
{
	struct machine machine;

	(void)state;
	make(&machine);
	machine.from.config_table_array = 0;
	walk(&machine);
	initrd_table_withdraw(&machine.paging.memory, &machine.result);
	assert_int_equal(pointer(&machine, 1), FIRST);
	assert_int_equal(pointer(&machine, 4), AGAIN);
	paging_destroy(&machine.paging);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_withdraws_each_entry),
		cmocka_unit_test(test_leaves_an_array_that_is_not_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
