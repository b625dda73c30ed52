// SPDX-License-Identifier: GPL-2.0-only
/* The EFI system table and the config table array, as recorded and with defects. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "efi/efi_tables.h"
#include "tree.h"

#define SYSTEM_TABLE_FILE "physical_memory/000000003f5eb018"
#define SYSTEM_TABLE	  0x3f5eb018
#define ARRAY_FILE	  "physical_memory/0000000030200098"
#define ARRAY		  0x30200098

static void put_u64(uint8_t *at, uint64_t value)
{
	unsigned i;

	for (i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* A system table without the firmware's pointers. */
static void write_system_table(struct tree *tree, const char *signature, uint64_t number,
			       size_t size)
{
	uint8_t table[EFI_SYSTEM_TABLE_SIZE] = { 0 };

	memcpy(table, signature, 8);
	put_u64(table + 104, number);
	/* A virtual address, which must not be used. */
	put_u64(table + 112, 0xfffffffeff200098);
	tree_write_bytes(tree, SYSTEM_TABLE_FILE, table, size);
}

static const struct {
	const char *name;
	const char *signature;
	uint64_t number;
	size_t size;
	int rc;
	size_t count;
} system_tables[] = {
	{ "good", "IBI SYST", 13, 120, 0, 13 },
	{ "one table", "IBI SYST", 1, 120, 0, 1 },
	{ "most tables", "IBI SYST", 65536, 120, 0, 65536 },
	{ "no tables", "IBI SYST", 0, 120, -EBADMSG, 0 },
	{ "absurd number", "IBI SYST", 65537, 120, -EBADMSG, 0 },
	{ "absurd number, low half fine", "IBI SYST", 0x10000000d, 120, -EBADMSG, 0 },
	{ "signature of the runtime services", "RUNTSERV", 13, 120, -EBADMSG, 0 },
	{ "zeros, as /dev/mem may show", "\0\0\0\0\0\0\0\0", 0, 120, -EBADMSG, 0 },
	{ "short", "IBI SYST", 13, 119, -ENOENT, 0 },
};

static void test_table_count(void **state)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_tree_ struct tree tree;
	size_t i;

	(void)state;
	tree_make(&tree);
	physical_memory_open(&tree.root, &reader);
	for (i = 0; i < sizeof(system_tables) / sizeof(system_tables[0]); i++) {
		_cleanup_error_ struct error err = { 0 };
		size_t count = 0;

		print_message("  %s\n", system_tables[i].name);
		write_system_table(&tree, system_tables[i].signature,
				   system_tables[i].number, system_tables[i].size);
		assert_int_equal(
			efi_read_table_count(&reader, SYSTEM_TABLE, &count, &err),
			system_tables[i].rc);
		assert_int_equal(count, system_tables[i].count);
		if (system_tables[i].rc)
			assert_non_null(strstr(err.message, "3f5eb"));
	}
}

static const uint8_t acpi20[16] = { 0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11,
				    0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 };
static const uint8_t attributes[16] = { 0x1d, 0x91, 0xfa, 0xdc, 0xeb, 0x26, 0x9f, 0x46,
					0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, 0x12, 0x20 };
static const uint8_t unknown[16] = { 0x03, 0x02, 0x01, 0x00, 0x05, 0x04, 0x07, 0x06,
				     0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f };

static void test_array(void **state)
{
	struct efi_config_tables tables = { 0 }, none = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_tree_ struct tree tree;
	uint8_t array[3 * EFI_CONFIG_TABLE_SIZE];

	(void)state;
	tree_make(&tree);
	physical_memory_open(&tree.root, &reader);
	memcpy(array, acpi20, 16);
	put_u64(array + 16, 0x3f77e014);
	memcpy(array + 24, attributes, 16);
	put_u64(array + 40, 0x3dd9b018);
	memcpy(array + 48, unknown, 16);
	put_u64(array + 64, UINT64_MAX);
	tree_write_bytes(&tree, ARRAY_FILE, array, sizeof(array));

	assert_int_equal(efi_read_config_tables(&reader, ARRAY, 3, &tables, &err), 0);
	assert_int_equal(tables.count, 3);
	assert_memory_equal(tables.tables[0].guid, acpi20, 16);
	assert_string_equal(tables.tables[0].name, "ACPI 2.0");
	assert_int_equal(tables.tables[0].address, 0x3f77e014);
	assert_string_equal(tables.tables[1].name, "memory attributes");
	assert_int_equal(tables.tables[1].address, 0x3dd9b018);
	assert_string_equal(tables.tables[2].name,
			    "00010203-0405-0607-0809-0a0b0c0d0e0f");
	assert_int_equal(tables.tables[2].address, UINT64_MAX);
	efi_config_tables_clear(&tables);
	assert_int_equal(tables.count, 0);

	/* The array is shorter than the system table says. */
	assert_int_equal(efi_read_config_tables(&reader, ARRAY, 4, &none, &err), -ENOENT);
	assert_int_equal(efi_read_config_tables(&reader, ARRAY, 0, &none, &err), -EINVAL);
	assert_int_equal(efi_read_config_tables(&reader, ARRAY, 65537, &none, &err),
			 -EINVAL);
	assert_int_equal(efi_read_config_tables(&reader, UINT64_MAX - 8, 1, &none, &err),
			 -ERANGE);
	assert_null(none.tables);
}

/* Each entry but one is as it was, in its order. */
static void test_remove(void **state)
{
	static const char *const names[] = { "first", "second", "third" };
	size_t removed, i;

	(void)state;
	for (removed = 0; removed < 3; removed++) {
		struct efi_config_tables tables = {
			.tables = calloc(3, sizeof(*tables.tables)),
			.count = 3,
		};

		assert_non_null(tables.tables);
		for (i = 0; i < 3; i++) {
			tables.tables[i].address = i;
			tables.tables[i].name = strdup(names[i]);
			tables.tables[i].parts = malloc(sizeof(*tables.tables[i].parts));
			tables.tables[i].problem = strdup("none");
		}
		efi_config_tables_remove(&tables, removed);
		assert_int_equal(tables.count, 2);
		for (i = 0; i < 2; i++) {
			size_t was = i < removed ? i : i + 1;

			assert_int_equal(tables.tables[i].address, was);
			assert_string_equal(tables.tables[i].name, names[was]);
		}
		efi_config_tables_remove(&tables, 1);
		efi_config_tables_remove(&tables, 0);
		assert_int_equal(tables.count, 0);
		efi_config_tables_clear(&tables);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_count),
		cmocka_unit_test(test_array),
		cmocka_unit_test(test_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
