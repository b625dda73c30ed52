// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory/efi.c: the confidential computing blob and its two areas. */
#include "efi_table_machine.h"

static void test_blob(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 5, 1ull << 51);
	put_tables(&machine, ARRAY, 4, BLOB);
	put_blob(&machine, SECRETS, 4096, CPUID, 8192);
	walk(&machine);
	/* The blob crosses a page boundary. */
	check_mapped(&machine, EFI_AREA_CC_BLOB, BLOB, BLOB + 40, 2);
	check_mapped(&machine, EFI_AREA_CC_SECRETS, SECRETS, SECRETS + 4096, 1);
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + 8192, 2);
	assert_false(page_is_mapped(&machine, CPUID + 8192));

	/* A second walk, as in the next kexec, finds everything mapped. */
	walk(&machine);
	check_mapped(&machine, EFI_AREA_CC_BLOB, BLOB, BLOB + 40, 0);
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + 8192, 0);
	paging_destroy(&machine.paging);
}

static void test_first_blob_counts(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, 6, 0x700000000ull);
	put(&machine, ARRAY + 2 * 24, cc_guid, 16);
	put_u64(&machine, ARRAY + 2 * 24 + 16, BLOB);
	/* A GUID with one byte changed is another table. */
	put(&machine, ARRAY + 24, cc_guid, 15);
	put_u64(&machine, ARRAY + 24 + 16, 0x600000000ull);
	walk(&machine);
	assert_int_equal(machine.result.areas[EFI_AREA_CC_BLOB].start, BLOB);
	assert_false(page_is_mapped(&machine, 0x600000000ull));
	assert_false(page_is_mapped(&machine, 0x700000000ull));
	paging_destroy(&machine.paging);
}

static void test_bad_blobs(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, 1, BLOB);
	put_blob(&machine, SECRETS, 4096, CPUID, 4096);
	put_u32(&machine, BLOB, 0x45444d42);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_BLOB, EFI_AREA_BAD_SIGNATURE,
		      "has a wrong signature");
	check_not_reached(&machine, EFI_AREA_CC_SECRETS);
	assert_false(page_is_mapped(&machine, SECRETS));

	/* A bad area does not prevent the mapping of the other one. */
	put_blob(&machine, SECRETS, 0, CPUID, EFI_CC_BLOB_AREA_MAX);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_SECRETS, EFI_AREA_BAD_LENGTH,
		      "has an impossible length");
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + EFI_CC_BLOB_AREA_MAX,
		     256);
	assert_false(page_is_mapped(&machine, SECRETS));

	put_blob(&machine, SECRETS, 4096, CPUID, EFI_CC_BLOB_AREA_MAX + 1);
	walk(&machine);
	check_mapped(&machine, EFI_AREA_CC_SECRETS, SECRETS, SECRETS + 4096, 1);
	check_skipped(&machine, EFI_AREA_CC_CPUID, EFI_AREA_BAD_LENGTH,
		      "has an impossible length");

	put_blob(&machine, UINT64_MAX - 100, 4096, SIMULATED_BYTES - 4096, 4097);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_SECRETS, EFI_AREA_NOT_MAPPED,
		      "is empty or wraps around");
	check_skipped(&machine, EFI_AREA_CC_CPUID, EFI_AREA_NOT_MAPPED,
		      "lies beyond the CPU's address space");

	put_tables(&machine, ARRAY, 1, SIMULATED_BYTES);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_BLOB, EFI_AREA_NOT_MAPPED,
		      "lies beyond the CPU's address space");
	paging_destroy(&machine.paging);
}

static void check_setup_data_blob(const struct machine *machine)
{
	check_mapped(machine, EFI_AREA_CC_BLOB, BLOB, BLOB + 40, 2);
	check_mapped(machine, EFI_AREA_CC_SECRETS, SECRETS, SECRETS + 4096, 1);
	check_mapped(machine, EFI_AREA_CC_CPUID, CPUID, CPUID + 4096, 1);
}

/*
 * A blob from setup_data in a guest without EFI; then with an array that names no blob,
 * or one at address 0.
 */
static void test_blob_of_setup_data(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < 3; way++) {
		struct machine machine;

		machine_create(&machine, 4, 1ull << 51);
		machine.from.cc_blob = BLOB;
		put_tables(&machine, ARRAY, 4, 0);
		put_blob(&machine, SECRETS, 4096, CPUID, 4096);
		if (way == 0)
			machine.from.system_table = 0;
		if (way == 2)
			put(&machine, ARRAY + 24, cc_guid, 16);
		walk(&machine);
		check_setup_data_blob(&machine);
		if (way == 0)
			assert_int_equal(machine.result.areas[0].status,
					 EFI_AREA_NOT_REACHED);
		else
			check_mapped(&machine, EFI_AREA_CONFIG_TABLES, ARRAY,
				     ARRAY + 4 * 24, 1);
		paging_destroy(&machine.paging);
	}
}

/* A wrong pointer to the array affects only the array. */
static void test_blob_of_setup_data_behind_a_bad_table(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 5, 0);
	machine.from.cc_blob = BLOB;
	put_blob(&machine, SECRETS, 4096, CPUID, 4096);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_SYSTEM_TABLE, EFI_AREA_BAD_SIGNATURE,
		      "has a wrong signature");
	check_setup_data_blob(&machine);
	paging_destroy(&machine.paging);
}

/* Linux uses the array's blob first, whether it accepts or refuses it. */
static void test_blob_of_the_array_counts(void **state)
{
	static const uint32_t magics[] = { 0x45444d41, 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct machine machine;

		machine_create(&machine, 4, 0);
		machine.from.cc_blob = 0x700000000ull;
		put_tables(&machine, ARRAY, 4, BLOB);
		put_blob(&machine, SECRETS, 4096, CPUID, 4096);
		put_u32(&machine, BLOB, magics[i]);
		walk(&machine);
		assert_int_equal(machine.result.areas[EFI_AREA_CC_BLOB].start, BLOB);
		assert_false(page_is_mapped(&machine, 0x700000000ull));
		paging_destroy(&machine.paging);
	}
}

static void test_bad_blobs_of_setup_data(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	machine.from.system_table = 0;
	machine.from.cc_blob = BLOB;
	put_blob(&machine, UINT64_MAX - 100, 4096, SIMULATED_BYTES, 4096);
	walk(&machine);
	check_mapped(&machine, EFI_AREA_CC_BLOB, BLOB, BLOB + 40, 2);
	check_skipped(&machine, EFI_AREA_CC_SECRETS, EFI_AREA_NOT_MAPPED,
		      "is empty or wraps around");
	check_skipped(&machine, EFI_AREA_CC_CPUID, EFI_AREA_NOT_MAPPED,
		      "lies beyond the CPU's address space");

	put_blob(&machine, SECRETS, EFI_CC_BLOB_AREA_MAX + 1, CPUID, 0);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_SECRETS, EFI_AREA_BAD_LENGTH,
		      "has an impossible length");
	check_skipped(&machine, EFI_AREA_CC_CPUID, EFI_AREA_BAD_LENGTH,
		      "has an impossible length");

	put_u32(&machine, BLOB, 0);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_BLOB, EFI_AREA_BAD_SIGNATURE,
		      "has a wrong signature");
	check_not_reached(&machine, EFI_AREA_CC_SECRETS);
	assert_false(page_is_mapped(&machine, SECRETS));

	machine.from.cc_blob = UINT64_MAX - 10;
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_BLOB, EFI_AREA_NOT_MAPPED,
		      "is empty or wraps around");
	paging_destroy(&machine.paging);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blob),
		cmocka_unit_test(test_first_blob_counts),
		cmocka_unit_test(test_bad_blobs),
		cmocka_unit_test(test_blob_of_setup_data),
		cmocka_unit_test(test_blob_of_setup_data_behind_a_bad_table),
		cmocka_unit_test(test_blob_of_the_array_counts),
		cmocka_unit_test(test_bad_blobs_of_setup_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
