// SPDX-License-Identifier: GPL-2.0-only
/* The EFI facts: the source of each, and the message when one is missing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "machine/machine_internal.h"
#include "machine_tree.h"

#define RUNTIME_MAP "sys/firmware/efi/runtime-map/"

static void put(uint8_t *at, uint64_t value, unsigned bytes)
{
	unsigned i;

	for (i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void write_boot_params(struct tree *tree, const char *signature)
{
	uint8_t data[BOOT_PARAMS_SIZE] = { 0 };

	memcpy(data + 0x1c0, signature, 4);
	put(data + 0x1c4, 0x3f5eb018, 4);
	put(data + 0x1c8, 48, 4);
	put(data + 0x1cc, 1, 4);
	put(data + 0x1d8, 0x12, 4);
	tree_write_bytes(tree, "sys/kernel/boot_params/data", data, sizeof(data));
}

static void write_descriptor(struct tree *tree, unsigned number,
			     const char *const *values)
{
	static const char *const files[] = { "type", "phys_addr", "virt_addr",
					     "num_pages", "attribute" };
	unsigned i;

	for (i = 0; i < 5; i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, RUNTIME_MAP "%u/%s", number, files[i]) < 0)
			abort();
		if (values[i])
			tree_write(tree, path, "%s\n", values[i]);
	}
}

static void write_physical_memory(struct tree *tree)
{
	uint8_t table[120] = "IBI SYST", array[48] = { 0 };

	put(table + 104, 2, 8);
	put(array + 16, 0x111, 8);
	put(array + 40, 0x222, 8);
	tree_write_bytes(tree, "physical_memory/000000123f5eb018", table, sizeof(table));
	tree_write_bytes(tree, "physical_memory/0000000030200098", array, sizeof(array));
}

static const char *const high[] = { "0x6", "0x2000", "0xfffffffeff000000", "0x1",
				    "0x800000000000000f" };
/* Boot services memory that the running kernel has marked as reserved. */
static const char *const low[] = { "0x4", "0x1000", "0xfffffffefe000000", "0x1",
				   "0x800000000000000f" };

static void make_efi_machine(struct tree *tree)
{
	make_machine(tree);
	write_boot_params(tree, "EL64");
	tree_write(tree, "sys/firmware/efi/fw_platform_size", "64\n");
	tree_write(tree, "sys/firmware/efi/config_table", "0x30200098\n");
	tree_write(tree, "sys/firmware/efi/fw_vendor", "0x3f52aa18\n");
	tree_write(tree, "sys/firmware/efi/runtime", "0x3f5ebb98\n");
	tree_write(tree, "sys/firmware/efi/systab",
		   "ACPI20=0x3f77d014\nACPI=0x3f77d000\nSMBIOS3=0x3f51e000\n"
		   "SMBIOS=0x3f520000\nUGA=0x1\n");
	write_descriptor(tree, 0, high);
	write_descriptor(tree, 1, low);
	write_physical_memory(tree);
}

static void test_complete(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	const struct efi_facts *efi = &machine.efi;
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_efi_machine(&tree);
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_true(efi->booted);
	assert_int_equal(efi->word_bits, 64);
	assert_int_equal(efi->system_table, 0x123f5eb018);
	assert_int_equal(efi->config_table_array, 0x30200098);
	assert_int_equal(efi->fw_vendor, 0x3f52aa18);
	assert_int_equal(efi->runtime_services, 0x3f5ebb98);
	assert_int_equal(efi->smbios, 0x3f520000);
	assert_int_equal(efi->acpi_rsdp, 0x3f77d014);
	assert_int_equal(efi->loader_signature, 0x34364c45);
	assert_int_equal(efi->descriptor_size, 48);
	assert_int_equal(efi->descriptor_version, 1);
	assert_int_equal(efi->runtime_map_count, 2);
	assert_int_equal(efi->runtime_map[0].type, 4);
	assert_int_equal(efi->runtime_map[0].physical_start, 0x1000);
	assert_int_equal(efi->runtime_map[0].virtual_start, 0xfffffffefe000000);
	assert_int_equal(efi->runtime_map[1].physical_start, 0x2000);
	assert_int_equal(efi->runtime_map[1].attribute, 0x800000000000000f);
	assert_int_equal(efi->table_count, 2);
	assert_int_equal(efi->tables.count, 2);
	assert_int_equal(efi->tables.tables[1].address, 0x222);
	assert_null(efi->incomplete);
	assert_null(efi->tables_unread);
	assert_true(memory_map_is_type(&machine.memory, 0x1000, 0x3000, MEMORY_RESERVED));
	assert_true(memory_map_is_type(&machine.memory, 0, 0x1000, MEMORY_RAM));
}

static void test_not_efi(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_efi_machine(&tree);
	write_boot_params(&tree, "\0\0\0\0");
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_false(machine.efi.booted);
	assert_int_equal(machine.efi.word_bits, 0);
	assert_int_equal(machine.efi.system_table, 0);
	assert_null(machine.efi.incomplete);
}

static void test_32_bit_firmware(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_efi_machine(&tree);
	write_boot_params(&tree, "EL32");
	tree_write(&tree, "sys/firmware/efi/fw_platform_size", "32\n");
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.efi.word_bits, 32);
	assert_int_equal(machine.efi.system_table, 0x3f5eb018);
	assert_int_equal(machine.efi.table_count, 0);
	assert_non_null(strstr(machine.efi.tables_unread, "firmware is 32-bit"));
	assert_null(machine.efi.incomplete);
}

static void test_word_bits_from_the_signature(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_efi_machine(&tree);
	tree_write(&tree, "sys/firmware/efi/fw_platform_size", "128\n");
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.efi.word_bits, 64);
	assert_true(has_note(&machine, "fw_platform_size"));
}

/* The complete machine without one of its files. */
static const struct {
	const char *remove;
	const char *incomplete, *tables_unread, *note;
} missing[] = {
	{ "sys/kernel/boot_params", "boot_params/data", "EFI system table",
	  "boot_params" },
	{ "sys/firmware/efi/config_table", "config table array", "config_table", NULL },
	{ "sys/firmware/efi/runtime-map", "runtime-map", NULL, NULL },
	{ RUNTIME_MAP "0/num_pages", RUNTIME_MAP "0/num_pages", NULL, NULL },
	{ "sys/firmware/efi/systab", NULL, NULL, "systab" },
	{ "sys/firmware/efi/runtime", NULL, NULL, "efi/runtime" },
	{ "sys/firmware/efi/fw_vendor", NULL, NULL, "fw_vendor" },
	{ "sys/firmware/efi/fw_platform_size", NULL, NULL, "fw_platform_size" },
	{ "sys/firmware/efi", "noefi", "noefi", NULL },
	{ "physical_memory", NULL, "physical_memory", NULL },
	{ "physical_memory/000000123f5eb018", NULL, "0x123f5eb018", NULL },
	{ "physical_memory/0000000030200098", NULL, "0x30200098", NULL },
};

static void test_missing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		_cleanup_machine_ struct machine machine = { 0 };
		const struct efi_facts *efi = &machine.efi;
		_cleanup_tree_ struct tree tree;

		print_message("  %s\n", missing[i].remove);
		make_efi_machine(&tree);
		tree_remove(&tree, missing[i].remove);
		assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
		assert_true(efi->booted);
		if (missing[i].incomplete)
			assert_non_null(strstr(efi->incomplete, missing[i].incomplete));
		else
			assert_null(efi->incomplete);
		if (missing[i].tables_unread)
			assert_non_null(
				strstr(efi->tables_unread, missing[i].tables_unread));
		else
			assert_null(efi->tables_unread);
		if (missing[i].note)
			assert_true(has_note(&machine, missing[i].note));
	}
}

/* A descriptor that makes the runtime map invalid. */
static const struct {
	const char *name;
	const char *values[5];
	const char *reason;
} spoilt[] = {
	{ "no type", { NULL, "0x0", "0x0", "0x1", "0xf" }, "2/type" },
	{ "type over 32 bits", { "0x100000000", "0x0", "0x0", "0x1", "0xf" }, "2/type" },
	{ "address is text", { "0x4", "here", "0x0", "0x1", "0xf" }, "2/phys_addr" },
	{ "address inside a page",
	  { "0x4", "0x1008", "0x0", "0x1", "0xf" },
	  "2/phys_addr" },
	{ "size wraps",
	  { "0x4", "0x1000", "0x0", "0x10000000000000", "0xf" },
	  "2/num_pages" },
	{ "end wraps",
	  { "0x4", "0xfffffffffffff000", "0x0", "0x1", "0xf" },
	  "2/num_pages" },
	{ "negative", { "0x4", "0x1000", "0x0", "-1", "0xf" }, "2/num_pages" },
	{ "attribute over 64 bits",
	  { "0x4", "0x1000", "0x0", "0x1", "0x10000000000000000" },
	  "2/attribute" },
};

static void test_spoilt_runtime_map(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		_cleanup_machine_ struct machine machine = { 0 };
		_cleanup_tree_ struct tree tree;

		print_message("  %s\n", spoilt[i].name);
		make_efi_machine(&tree);
		write_descriptor(&tree, 2, spoilt[i].values);
		assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
		assert_int_equal(machine.efi.runtime_map_count, 0);
		assert_null(machine.efi.runtime_map);
		assert_non_null(strstr(machine.efi.incomplete, spoilt[i].reason));
		assert_int_equal(machine.efi.config_table_array, 0x30200098);
	}
}

static void test_runtime_map_without_pages(void **state)
{
	static const char *const empty[] = { "0x4", "0x3000", "0x0", "0x0", "0xf" };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_efi_machine(&tree);
	write_descriptor(&tree, 2, empty);
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.efi.runtime_map_count, 2);
	machine_clear(&machine);

	tree_remove(&tree, RUNTIME_MAP "0");
	tree_remove(&tree, RUNTIME_MAP "1");
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.efi.runtime_map_count, 0);
	assert_non_null(strstr(machine.efi.incomplete, "holds no entry"));
}

static const struct {
	const char *text;
	uint64_t acpi_rsdp, smbios;
} systabs[] = {
	{ "ACPI20=0x20\nACPI=0x10\nSMBIOS=0x30\n", 0x20, 0x30 },
	{ "ACPI=0x10\nACPI20=0x20\n", 0x20, 0 },
	{ "ACPI=0x10\n", 0x10, 0 },
	{ "SMBIOS3=0x40\n", 0, 0 },
	{ "SMBIOS3=0x40\nSMBIOS=0x30", 0, 0x30 },
	{ "ACPI20=20x\nACPI=\nSMBIOS\n=0x1\n\n", 0, 0 },
	{ "", 0, 0 },
};

static void test_systab(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(systabs) / sizeof(systabs[0]); i++) {
		_cleanup_machine_ struct machine machine = { 0 };
		_cleanup_tree_ struct tree tree;

		make_efi_machine(&tree);
		tree_write(&tree, "sys/firmware/efi/systab", "%s", systabs[i].text);
		assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
		assert_int_equal(machine.efi.acpi_rsdp, systabs[i].acpi_rsdp);
		assert_int_equal(machine.efi.smbios, systabs[i].smbios);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_not_efi),
		cmocka_unit_test(test_32_bit_firmware),
		cmocka_unit_test(test_word_bits_from_the_signature),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_spoilt_runtime_map),
		cmocka_unit_test(test_runtime_map_without_pages),
		cmocka_unit_test(test_systab),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
