// SPDX-License-Identifier: GPL-2.0-only
/* --check: how it reads a kernel's configuration, ACPI's files and the memory map. */
#include <errno.h>

#include "check/check_internal.h"
#include "fixtures.h"
#include "load/array_mapping.h"
#include "tree.h"

static const struct config_case {
	const char *name; /* the text */
	enum check_answer answer;
} config_cases[] = {
	{ "CONFIG_KEXEC=y\n", CHECK_YES },
	{ "CONFIG_KEXEC=m", CHECK_YES },
	{ "# comment\n\nCONFIG_A=y\nCONFIG_KEXEC=y\nCONFIG_B=y\n", CHECK_YES },
	{ "CONFIG_A=y\n# CONFIG_KEXEC is not set\n", CHECK_NO },
	{ "CONFIG_KEXEC_FILE=y\n", CHECK_NO },
	{ "CONFIG_KEXEC=n\n", CHECK_NO },
	{ "CONFIG_KEXEC=", CHECK_NO },
	{ "CONFIG_KEXEC", CHECK_NO },
	{ "# CONFIG_KEXEC=y\n", CHECK_NO },
	{ "MY_CONFIG_KEXEC=y\n", CHECK_NO },
	/* The kernel has no configuration file. */
	{ "", CHECK_UNKNOWN },
	{ "\n\n", CHECK_UNKNOWN },
	{ "something else", CHECK_UNKNOWN },
};

static void test_config_option(void **state)
{
	const struct config_case *row = *state;

	assert_int_equal(check_config_option(row->name, "KEXEC"), row->answer);
}

/* A table of 40 bytes with a correct checksum, which a changed byte makes wrong. */
static void make_acpi_table(uint8_t data[40], const char *signature)
{
	uint8_t sum = 0;
	size_t i;

	for (i = 0; i < 40; i++)
		data[i] = (uint8_t)(i * 3);
	memcpy(data, signature, 4);
	put_le(data + 4, 4, 40);
	data[9] = 0;
	for (i = 0; i < 40; i++)
		sum += data[i];
	data[9] = (uint8_t)-sum;
}

static void test_acpi_table(void **state)
{
	uint8_t data[40];

	(void)state;
	make_acpi_table(data, "SSDT");
	assert_null(check_acpi_table("SSDT", data, 40));
	assert_null(check_acpi_table("SSDT12", data, 40));
	assert_non_null(strstr(check_acpi_table("DSDT", data, 40), "signature"));
	assert_non_null(strstr(check_acpi_table("SS", data, 40), "signature"));
	assert_non_null(strstr(check_acpi_table("SSDT", data, 39), "as long"));
	assert_non_null(strstr(check_acpi_table("SSDT", data, 35), "shorter"));
	assert_non_null(strstr(check_acpi_table("SSDT", data, 0), "shorter"));
	data[39]++;
	assert_non_null(strstr(check_acpi_table("SSDT", data, 40), "checksum"));
	make_acpi_table(data, "FACS");
	data[39]++;
	assert_null(check_acpi_table("FACS", data, 40));
}

static void test_acpi_directory(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;
	uint8_t data[40];
	char *problem = (char *)1;
	size_t count = 77;

	(void)state;
	tree_make(&tree);
	assert_int_equal(check_acpi_tables(&tree.root, &count, &problem, &err), -ENOENT);
	tree_mkdir(&tree, "sys/firmware/acpi/tables/dynamic");
	assert_int_equal(check_acpi_tables(&tree.root, &count, &problem, &err), -ENODATA);
	assert_int_equal(count, 77);
	make_acpi_table(data, "APIC");
	tree_write_bytes(&tree, "sys/firmware/acpi/tables/APIC", data, 40);
	/* Tables that AML has loaded do not come from the firmware. */
	tree_write_bytes(&tree, "sys/firmware/acpi/tables/dynamic/SSDT9", data, 3);
	assert_int_equal(check_acpi_tables(&tree.root, &count, &problem, &err), 0);
	assert_int_equal(count, 1);
	assert_null(problem);
	tree_write_bytes(&tree, "sys/firmware/acpi/tables/SSDT1", data, 40);
	tree_write_bytes(&tree, "sys/firmware/acpi/tables/SSDT2", data, 39);
	assert_int_equal(check_acpi_tables(&tree.root, &count, &problem, &err), 0);
	assert_int_equal(count, 3);
	assert_string_equal(problem, "the ACPI table SSDT1 has another signature");
	free(problem);
}

/* Pages of 2 MiB: RAM, a hole, ACPI, a hole, then RAM that ends inside a page. */
static const char iomem_text[] = "00000000-00000fff : Reserved\n"
				 "00001000-3effffff : System RAM\n"
				 "  01000000-01ffffff : Kernel code\n"
				 "3f000000-3f3fffff : Reserved\n"
				 "3f400000-3f40ffff : ACPI Tables\n"
				 "3f800000-3f80ffff : ACPI Non-volatile Storage\n"
				 "40000000-40000800 : System RAM\n"
				 "100000000-1000fffff : System RAM (kmem)\n";

static const struct mapping_case {
	const char *name;
	uint64_t array;
	size_t count;
	uint64_t system_table;
	bool from_6_12, from_5_4;
	enum check_answer answer;
} mapping_cases[] = {
	{ "a new kernel", 0x50000000, 9, 0x60000000, true, true, CHECK_YES },
	{ "a new kernel, nothing known", 0, 0, 0, true, true, CHECK_YES },
	{ "an old kernel, nothing known", 0, 0, 0, false, true, CHECK_UNKNOWN },
	{ "length unknown", 0x1000000, 0, 0, false, true, CHECK_UNKNOWN },
	{ "in RAM", 0x3e000000, 9, 0, false, false, CHECK_YES },
	{ "in the first megabyte", 0x9fc00, 9, 0, false, false, CHECK_YES },
	{ "behind RAM, same page", 0x100100000, 9, 0, false, false, CHECK_YES },
	{ "behind RAM, last entry in the next page", 0x100000000 + (2 << 20) - 24, 2, 0,
	  false, false, CHECK_UNKNOWN },
	{ "behind RAM, up to the end of its page", 0x100000000 + (2 << 20) - 48, 2, 0,
	  false, false, CHECK_YES },
	{ "apart", 0x3f000098, 9, 0, false, true, CHECK_UNKNOWN },
	{ "beside ACPI", 0x3f5ffff0 - 24, 1, 0, false, true, CHECK_YES },
	{ "beside ACPI, a kernel that may not map it", 0x3f5ffff0 - 24, 1, 0, false,
	  false, CHECK_UNKNOWN },
	{ "beside ACPI's storage", 0x3f900000, 1, 0, false, true, CHECK_YES },
	{ "beside the system table", 0x3f200098, 9, 0x3f3fff00, false, true, CHECK_YES },
	{ "beside a system table that may not be mapped", 0x3f200098, 9, 0x3f3fff00,
	  false, false, CHECK_UNKNOWN },
	{ "in the page behind the system table", 0x3f200098, 9, 0x3f1fff00, false, true,
	  CHECK_UNKNOWN },
	{ "the system table reaches into its page", 0x3f200098, 9, 0x3f1ffff0, false,
	  true, CHECK_YES },
	{ "beside RAM of less than a page", 0x40100000, 9, 0, false, true,
	  CHECK_UNKNOWN },
	{ "at the end of the address space", UINT64_MAX - 8, 1, 0, false, true,
	  CHECK_UNKNOWN },
};

static void test_kernel_maps_array(void **state)
{
	const struct mapping_case *row = *state;
	_cleanup_iomem_ struct iomem iomem = { 0 };
	struct efi_facts efi = { .config_table_array = row->array,
				 .table_count = row->count,
				 .system_table = row->system_table };
	const char *reason = NULL;
	bool mapped = false;

	assert_int_equal(iomem_parse(strdup(iomem_text), &iomem, NULL), 0);
	assert_int_equal(array_mapping_find(&efi, &iomem, row->from_6_12, row->from_5_4,
					    &mapped, &reason),
			 0);
	assert_int_equal(mapped, row->answer == CHECK_YES);
	assert_non_null(reason);
}

static void test_kernel_maps_array_without_iomem(void **state)
{
	struct efi_facts efi = { .config_table_array = 0x3e000000, .table_count = 1 };
	struct iomem iomem = { 0 };
	const char *reason = NULL;
	bool mapped = true;

	(void)state;
	assert_int_equal(array_mapping_find(&efi, &iomem, false, true, &mapped, &reason),
			 0);
	assert_false(mapped);
	assert_string_equal(reason, "the place of the array or of RAM is unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acpi_table),
		cmocka_unit_test(test_acpi_directory),
		cmocka_unit_test(test_kernel_maps_array_without_iomem),
	};

	return RUN_TABLE(test_config_option, config_cases) +
	       RUN_TABLE(test_kernel_maps_array, mapping_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
