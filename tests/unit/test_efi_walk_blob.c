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
	/* It stands across a page boundary. */
	check_mapped(&machine, EFI_AREA_CC_BLOB, BLOB, BLOB + 40, 2);
	check_mapped(&machine, EFI_AREA_CC_SECRETS, SECRETS, SECRETS + 4096, 1);
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + 8192, 2);
	assert_false(page_is_mapped(&machine, CPUID + 8192));

	/* The second walk, as the kexec after next makes it, finds all in place. */
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
	/* One byte off is another table. */
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

	/* One bad area does not take the other with it. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blob),
		cmocka_unit_test(test_first_blob_counts),
		cmocka_unit_test(test_bad_blobs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
