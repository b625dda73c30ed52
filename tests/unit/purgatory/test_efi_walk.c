// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory/efi.c: the system table and the config table array. */
#include "efi_table_machine.h"

static void test_array_without_blob(void **state)
{
	(void)state;
	for (unsigned int levels = 4; levels <= 5; levels++) {
		struct machine machine;

		machine_create(&machine, levels, levels == 4 ? 1ull << 51 : 0);
		put_tables(&machine, ARRAY, 14, 0);
		walk(&machine);
		assert_int_equal(machine.result.config_tables, 14);
		check_mapped(&machine, EFI_AREA_SYSTEM_TABLE, SYSTEM_TABLE,
			     SYSTEM_TABLE + 120, 1);
		check_mapped(&machine, EFI_AREA_CONFIG_TABLES, ARRAY, ARRAY + 14 * 24, 1);
		check_not_reached(&machine, EFI_AREA_CC_BLOB);
		assert_false(page_is_mapped(&machine, (ARRAY & ~4095ull) - 1));
		assert_false(page_is_mapped(&machine, (ARRAY & ~4095ull) + 4096));
		paging_destroy(&machine.paging);
	}
}

static void test_array_over_boundaries(void **state)
{
	static const uint64_t boundaries[] = { GIB(9) + 4096, GIB(9) + MIB(2), GIB(9) };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint64_t array = boundaries[i] - 36;
		struct machine machine;

		machine_create(&machine, 4, 0);
		machine.from.config_table_array = array;
		put_tables(&machine, array, 3, BLOB);
		walk(&machine);
		check_mapped(&machine, EFI_AREA_CONFIG_TABLES, array, array + 72, 2);
		/* The third entry, after the boundary, has been read. */
		assert_int_equal(machine.result.areas[EFI_AREA_CC_BLOB].start, BLOB);
		paging_destroy(&machine.paging);
	}
}

static void test_largest_array(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, EFI_CONFIG_TABLES_MAX, BLOB);
	put_blob(&machine, SECRETS, 4096, CPUID, 4096);
	walk(&machine);
	check_mapped(&machine, EFI_AREA_CONFIG_TABLES, ARRAY,
		     ARRAY + EFI_CONFIG_TABLES_MAX * 24, 385);
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + 4096, 1);
	paging_destroy(&machine.paging);
}

static void test_system_table_not_believed(void **state)
{
	static const uint64_t counts[] = { 0, EFI_CONFIG_TABLES_MAX + 1, 1ull << 32 | 3,
					   UINT64_MAX };
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, 3, 0);
	put(&machine, SYSTEM_TABLE, "IBI SYSX", 8);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_SYSTEM_TABLE, EFI_AREA_BAD_SIGNATURE,
		      "has a wrong signature");
	check_not_reached(&machine, EFI_AREA_CONFIG_TABLES);
	assert_false(page_is_mapped(&machine, ARRAY));

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		put_tables(&machine, ARRAY, counts[i], 0);
		walk(&machine);
		check_skipped(&machine, EFI_AREA_SYSTEM_TABLE, EFI_AREA_BAD_COUNT,
			      "has an impossible number of entries");
		check_not_reached(&machine, EFI_AREA_CONFIG_TABLES);
		assert_int_equal(machine.result.config_tables, 0);
		assert_false(page_is_mapped(&machine, ARRAY));
	}
	paging_destroy(&machine.paging);
}

static void test_impossible_addresses(void **state)
{
	static const uint64_t addresses[] = { SIMULATED_BYTES, SIMULATED_BYTES - 100,
					      0xffffffff12345678ull, UINT64_MAX - 50 };
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, 5, 0);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		bool wraps = addresses[i] == UINT64_MAX - 50;
		const char *reason = wraps ? "is empty or wraps around"
					   : "lies beyond the CPU's address space";

		machine.from.system_table = addresses[i];
		walk(&machine);
		check_skipped(&machine, EFI_AREA_SYSTEM_TABLE, EFI_AREA_NOT_MAPPED,
			      reason);
		check_not_reached(&machine, EFI_AREA_CONFIG_TABLES);

		machine.from.system_table = SYSTEM_TABLE;
		machine.from.config_table_array = addresses[i];
		walk(&machine);
		check_skipped(&machine, EFI_AREA_CONFIG_TABLES, EFI_AREA_NOT_MAPPED,
			      reason);
		check_not_reached(&machine, EFI_AREA_CC_BLOB);
		/* The printed end is never lower than the start. */
		assert_int_equal(machine.result.areas[EFI_AREA_CONFIG_TABLES].end,
				 wraps ? addresses[i] : addresses[i] + 5 * 24);
	}
	machine.from.config_table_array = 0;
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CONFIG_TABLES, EFI_AREA_NO_ADDRESS,
		      "has no address");
	paging_destroy(&machine.paging);
}

/* Unmapped data is not read: reading it would end this program. */
static void test_nothing_unmapped_is_read(void **state)
{
	(void)state;
	for (uint64_t pages = 0; pages <= 9; pages++) {
		static const uint64_t areas[] = { SYSTEM_TABLE, ARRAY, BLOB };
		struct machine machine;

		machine_create(&machine, 4, 0);
		machine.from.pool_end = POOL_START + pages * 4096;
		put_tables(&machine, ARRAY, 4, BLOB);
		put_blob(&machine, SECRETS, 4096, CPUID, 4096);
		/*
		 * Two tables for each area in a GiB of its own; level 3 exists already.
		 */
		for (uint64_t i = pages / 2; i < 3; i++)
			mprotect((void *)(machine.paging.memory.base +
					  (areas[i] & ~4095ull)),
				 8192, PROT_NONE);
		walk(&machine);
		for (uint64_t i = 0; i < EFI_AREAS; i++) {
			enum efi_area_status status = machine.result.areas[i].status;

			if (i < pages / 2)
				assert_int_equal(status, EFI_AREA_MAPPED);
			else if (i == pages / 2)
				check_skipped(&machine, i, EFI_AREA_NOT_MAPPED,
					      "needs more page tables than there are");
			else
				assert_int_not_equal(status, EFI_AREA_MAPPED);
		}
		paging_destroy(&machine.paging);
	}
}

static void test_names(void **state)
{
	struct efi_area area = { .status = EFI_AREA_STATUSES };

	(void)state;
	for (int i = 0; i < EFI_AREAS; i++)
		assert_memory_equal(efi_area_name(i), "the ", 4);
	assert_string_equal(efi_area_name(EFI_AREAS), "an EFI table");
	assert_string_equal(efi_area_reason(&area), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_array_without_blob),
		cmocka_unit_test(test_array_over_boundaries),
		cmocka_unit_test(test_largest_array),
		cmocka_unit_test(test_system_table_not_believed),
		cmocka_unit_test(test_impossible_addresses),
		cmocka_unit_test(test_nothing_unmapped_is_read),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
