// SPDX-License-Identifier: GPL-2.0-only
/* The memory map: its two sources, their defects, and the corrections. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "abi/boot_protocol.h"
#include "in_range.h"
#include "machine/machine_internal.h"
#include "machine_tree.h"

#define RAM MEMORY_RAM
#define RSV MEMORY_RESERVED
#define NVS MEMORY_ACPI_NVS
#define TAB MEMORY_ACPI_TABLES

struct entry {
	const char *start, *last, *type;
};

#define ENTRIES 6
#define RANGES	6

static void assert_memory(const struct machine *machine,
			  const struct memory_range *expected)
{
	size_t i;

	for (i = 0; i < machine->memory.count; i++) {
		assert_uint_in_range(i, 0, RANGES - 1);
		assert_int_equal(machine->memory.ranges[i].start, expected[i].start);
		assert_int_equal(machine->memory.ranges[i].end, expected[i].end);
		assert_int_equal(machine->memory.ranges[i].type, expected[i].type);
	}
	assert_true(i == RANGES || !expected[i].end);
}

static const struct {
	const char *name;
	struct entry entries[ENTRIES];
	struct memory_range expected[RANGES];
	const char *note;
} firmware_maps[] = {
	{ "unsorted",
	  { { "0x100000", "0x1fffff", "System RAM" },
	    { "0x0", "0x9fbff", "System RAM" },
	    { "0x9fc00", "0x9ffff", "Reserved" } },
	  { { 0, 0x9fc00, RAM }, { 0x9fc00, 0xa0000, RSV }, { 0x100000, 0x200000, RAM } },
	  "memmap" },
	{ "neighbours of one type join",
	  { { "0x0", "0xfff", "System RAM" }, { "0x1000", "0x1fff", "System RAM" } },
	  { { 0, 0x2000, RAM } },
	  NULL },
	{ "reserved within RAM, RAM last",
	  { { "0x4000", "0x4fff", "reserved" }, { "0x0", "0xffff", "System RAM" } },
	  { { 0, 0x4000, RAM }, { 0x4000, 0x5000, RSV }, { 0x5000, 0x10000, RAM } },
	  NULL },
	{ "reserved across the end of RAM, reserved last",
	  { { "0x0", "0xffff", "System RAM" }, { "0x8000", "0x1ffff", "Reserved" } },
	  { { 0, 0x8000, RAM }, { 0x8000, 0x20000, RSV } },
	  NULL },
	{ "three types at one place",
	  { { "0x8000", "0xffff", "Reserved" },
	    { "0x8000", "0x8fff", "ACPI Tables" },
	    { "0x0", "0xffff", "System RAM" } },
	  { { 0, 0x8000, RAM }, { 0x8000, 0x10000, RSV } },
	  NULL },
	{ "every known type",
	  { { "0x0", "0xfff", "System RAM" },
	    { "0x1000", "0x1fff", "ACPI Tables" },
	    { "0x2000", "0x2fff", "ACPI Non-volatile Storage" },
	    { "0x3000", "0x3fff", "Unusable memory" },
	    { "0x4000", "0x4fff", "Persistent Memory (legacy)" },
	    { "0x5000", "0x5fff", "Soft Reserved" } },
	  { { 0, 0x1000, RAM },
	    { 0x1000, 0x2000, TAB },
	    { 0x2000, 0x3000, NVS },
	    { 0x3000, 0x4000, MEMORY_UNUSABLE },
	    { 0x4000, 0x5000, MEMORY_PERSISTENT_LEGACY },
	    { 0x5000, 0x6000, MEMORY_SOFT_RESERVED } },
	  NULL },
	{ "unknown types",
	  { { "0x0", "0xfff", "System RAM" },
	    { "0x1000", "0x1fff", "Unknown E820 type" },
	    { "0x2000", "0x2fff", "Cheese" },
	    { "0x3000", "0x3fff", "" } },
	  { { 0, 0x1000, RAM }, { 0x1000, 0x4000, RSV } },
	  "\"Cheese\"" },
	{ "empty entries",
	  { { "0x0", "0xffffffffffffffff", "Reserved" },
	    { "0x5000", "0x4fff", "Reserved" },
	    { "0x0", "0xffff", "System RAM" } },
	  { { 0, 0x10000, RAM } },
	  NULL },
	{ "up to the end of the address space",
	  { { "0x0", "0xffff", "System RAM" },
	    { "0xffffffff00000000", "0xffffffffffffffff", "Reserved" } },
	  { { 0, 0x10000, RAM }, { 0xffffffff00000000, UINT64_MAX, RSV } },
	  NULL },
};

static void test_firmware_maps(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(firmware_maps) / sizeof(firmware_maps[0]); i++) {
		_cleanup_machine_ struct machine machine = { 0 };
		_cleanup_error_ struct error err = { 0 };
		_cleanup_tree_ struct tree tree;

		print_message("  %s\n", firmware_maps[i].name);
		tree_make(&tree);
		tree_mkdir(&tree, "sys/firmware/memmap/power"); /* not a number */
		for (j = 0; j < ENTRIES && firmware_maps[i].entries[j].start; j++)
			write_memmap(&tree, (unsigned)(7 * j + 1) % 11,
				     firmware_maps[i].entries[j].start,
				     firmware_maps[i].entries[j].last,
				     firmware_maps[i].entries[j].type);
		assert_int_equal(machine_read(&tree.root, &machine, &err), 0);
		assert_memory(&machine, firmware_maps[i].expected);
		if (firmware_maps[i].note)
			assert_true(has_note(&machine, firmware_maps[i].note));
	}
}

/* boot_params have the numbers of types that Linux does not know. */
static void test_unknown_types(void **state)
{
	static const struct e820_entry table[] = {
		{ 0, 0x10000, 1 },
		{ 0x11000, 0x1000, 6 },		    /* Reserved in the firmware's map */
		{ 0x14000, 0x1000, 0xfffffff0 },    /* the same */
		{ 0x8000, 0x2000, 9 },		    /* RAM there */
		{ 0x12000, 0x1000, 2 },		    /* known */
		{ 0x13000, 0x1000, 0 },		    /* not a type */
		{ UINT64_MAX - 0xfff, 0x2000, 10 }, /* beyond the end of addresses */
	};
	/* SETUP_E820_EXT: more entries, and a piece of one. */
	static const struct e820_entry more[] = { { 0x15000, 0x800, 11 },
						  { 0x15800, 0x800, 12 } };
	static const struct memory_range expected[RANGES] = {
		{ 0, 0x10000, RAM },
		{ 0x11000, 0x12000, (enum memory_type)6 },
		{ 0x12000, 0x14000, RSV },
		{ 0x14000, 0x15000, (enum memory_type)0xfffffff0 },
		{ 0x15000, 0x15800, (enum memory_type)11 },
		{ 0x15800, 0x16000, RSV },
	};
	struct boot_params boot_params = { 0 };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	tree_make(&tree);
	write_memmap(&tree, 0, "0x0", "0xffff", "System RAM");
	write_memmap(&tree, 1, "0x11000", "0x15fff", "Unknown E820 type");
	boot_params.hdr.header = 0x53726448;
	boot_params.hdr.version = 0x20f;
	boot_params.e820_entries = sizeof(table) / sizeof(table[0]);
	memcpy(boot_params.e820_table, table, sizeof(table));
	tree_write_bytes(&tree, "sys/kernel/boot_params/data", &boot_params,
			 sizeof(boot_params));
	tree_write(&tree, "sys/kernel/boot_params/setup_data/0/type", "0x1\n");
	tree_write_bytes(&tree, "sys/kernel/boot_params/setup_data/0/data", more,
			 sizeof(more) - 1);
	assert_int_equal(machine_read(&tree.root, &machine, &err), 0);
	assert_true(machine.has_boot_params);
	assert_memory(&machine, expected);
	assert_string_equal(memory_type_name(machine.memory.ranges[1].type),
			    "Unknown E820 type");
}

/* Defects of the firmware map that make /proc/iomem the source, with a note. */
static const struct {
	const char *name;
	struct entry entry;
	const char *note;
} broken_maps[] = {
	{ "no directory", { NULL, NULL, NULL }, "memmap" },
	{ "no start", { NULL, "0xfff", "System RAM" }, "memmap/1/start" },
	{ "no end", { "0x0", NULL, "System RAM" }, "memmap/1/end" },
	{ "no type", { "0x0", "0xfff", NULL }, "memmap/1/type" },
	{ "start is text", { "zero", "0xfff", "System RAM" }, "zero" },
	{ "end over 64 bits",
	  { "0x0", "0x10000000000000000", "System RAM" },
	  "memmap/1/end" },
	{ "end before start", { "0x5000", "0x4ffe", "System RAM" }, "before its start" },
	{ "no RAM", { "0x0", "0xfff", "Reserved" }, "no System RAM" },
};

static void test_broken_firmware_maps(void **state)
{
	static const struct memory_range expected[RANGES] = { { 0, 0x1000, RSV },
							      { 0x1000, 0x9000, RAM } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(broken_maps) / sizeof(broken_maps[0]); i++) {
		const struct entry *entry = &broken_maps[i].entry;
		_cleanup_machine_ struct machine machine = { 0 };
		_cleanup_error_ struct error err = { 0 };
		_cleanup_tree_ struct tree tree;

		print_message("  %s\n", broken_maps[i].name);
		tree_make(&tree);
		write_memmap(&tree, 1, entry->start, entry->last, entry->type);
		tree_write(
			&tree, "proc/iomem",
			"00000000-00000fff : Reserved\n00001000-00008fff : System RAM\n");
		assert_int_equal(machine_read(&tree.root, &machine, &err), 0);
		assert_memory(&machine, expected);
		assert_true(has_note(&machine, "comes from /proc/iomem"));
		assert_true(has_note(&machine, broken_maps[i].note));

		tree_write(&tree, "proc/iomem", "00000000-00000000 : System RAM\n");
		machine_clear(&machine);
		assert_int_equal(machine_read(&tree.root, &machine, &err), -EPERM);
		assert_non_null(strstr(err.message, "run as root"));
		assert_non_null(strstr(err.message, broken_maps[i].note));
	}
}

/* The firmware map is always 1 GiB of RAM; /proc/iomem changes it. */
static const struct {
	const char *name;
	const char *text;
	struct memory_range expected[RANGES];
} corrections[] = {
	{ "reserved, at any depth and in both spellings",
	  "1000-1fff : Reserved\n2000-7fff : System RAM\n  3000-3fff : reserved\n",
	  { { 0, 0x1000, RAM },
	    { 0x1000, 0x2000, RSV },
	    { 0x2000, 0x3000, RAM },
	    { 0x3000, 0x4000, RSV },
	    { 0x4000, 0x40000000, RAM } } },
	{ "the first page stays RAM",
	  "00000000-00000fff : Reserved\n",
	  { { 0, 0x40000000, RAM } } },
	{ "a range that begins in the first page",
	  "00000000-00002fff : Reserved\n",
	  { { 0, 0x1000, RAM }, { 0x1000, 0x3000, RSV }, { 0x3000, 0x40000000, RAM } } },
	{ "reserved beyond RAM adds nothing",
	  "3ffff000-4fffffff : Reserved\n",
	  { { 0, 0x3ffff000, RAM }, { 0x3ffff000, 0x40000000, RSV } } },
	{ "parts of pages",
	  "00002100-000021ff : Reserved\n",
	  { { 0, 0x2100, RAM }, { 0x2100, 0x2200, RSV }, { 0x2200, 0x40000000, RAM } } },
	{ "ACPI tables keep their type",
	  "00002000-00002fff : ACPI Tables\n",
	  { { 0, 0x2000, RAM }, { 0x2000, 0x3000, TAB }, { 0x3000, 0x40000000, RAM } } },
	{ "tables from an initramfs are the kernel's own",
	  "00002000-00002fff : ACPI Non-volatile Storage\n",
	  { { 0, 0x40000000, RAM } } },
	{ "names that are not quite it",
	  "00002000-00002fff : Reserved \n00004000-00004fff : Reserved memory\n"
	  "00006000-00006fff : RESERVED\n00008000-00008fff : Crash kernel\n",
	  { { 0, 0x40000000, RAM } } },
};

static void test_corrections(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(corrections) / sizeof(corrections[0]); i++) {
		_cleanup_machine_ struct machine machine = { 0 };
		_cleanup_tree_ struct tree tree;

		print_message("  %s\n", corrections[i].name);
		make_machine(&tree);
		tree_write(&tree, "proc/iomem", "%s", corrections[i].text);
		assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
		assert_memory(&machine, corrections[i].expected);
		assert_int_equal(machine.ram_end, 0x40000000);
	}
}

static void test_unprivileged_with_firmware_map(void **state)
{
	static const struct memory_range expected[RANGES] = { { 0, 0x40000000, RAM } };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_machine(&tree);
	tree_write(&tree, "proc/iomem",
		   "00000000-00000000 : Reserved\n"
		   "  00000000-00000000 : Kernel code\n");
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_memory(&machine, expected);
	assert_true(has_note(&machine, "run as root"));
}

static void test_add_efi_memmap(void **state)
{
	static const struct memory_range from_iomem[RANGES] = { { 0, 0x9000, RAM } };
	static const struct memory_range from_firmware[RANGES] = { { 0, 0x40000000,
								     RAM } };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_machine(&tree);
	tree_write(&tree, "proc/cmdline", "quiet add_efi_memmap\n");
	tree_write(&tree, "proc/iomem", "00000000-00008fff : System RAM\n");
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_memory(&machine, from_iomem);
	assert_true(has_note(&machine, "add_efi_memmap"));
	assert_int_equal(machine.ram_end, 0x9000);
	machine_clear(&machine);

	tree_remove(&tree, "proc/iomem");
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_memory(&machine, from_firmware);
	assert_true(has_note(&machine, "comes from /sys/firmware/memmap: "));
}

/*
 * Type, address, pages, attribute: the runtime map of 32-bit firmware under 64-bit Linux.
 */
static struct efi_memory_descriptor all_ram[] = {
	{ 7, 0x1000, 0, 0xf, 0xf },
	{ 1, 0x10000, 0, 0x10, 0xf },
	{ 2, 0x20000, 0, 0x10, 0xf },
	{ 3, 0x30000, 0, 0x10, 0xf },
	{ 4, 0x40000, 0, 0x10, 0xf },
	/*
	 * Boot services memory that the kernel reserved, runtime services, and ordinary
	 * memory.
	 */
	{ 4, 0x50000, 0, 0x10, 0x800000000000000f },
	{ 7, 0x60000, 0, 0x10, 0xf },
	{ 6, 0x70000, 0, 0x10, 0x800000000000000f },
	{ 0, 0x80000, 0, 0x10, 0xf },
	{ 7, 0x90000, 0, 0x3ff70, 0xf },
};

static void test_runtime_map_with_all_ram(void **state)
{
	static const struct memory_range expected[RANGES] = { { 0, 0x50000, RAM },
							      { 0x50000, 0x60000, RSV },
							      { 0x60000, 0x70000, RAM },
							      { 0x70000, 0x90000, RSV },
							      { 0x90000, 0x40000000,
								RAM } };
	struct physical_memory_reader reader;
	struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_machine(&tree);
	physical_memory_open(&tree.root, &reader);
	assert_int_equal(memory_map_set(&machine.memory, 0, 0x40000000, RAM), 0);
	machine.efi.runtime_map = all_ram;
	machine.efi.runtime_map_count = sizeof(all_ram) / sizeof(all_ram[0]);
	assert_int_equal(machine_reserve_memory(&reader, false, &machine, NULL), 0);
	assert_memory(&machine, expected);
	machine.efi.runtime_map = NULL;
	physical_memory_close(&reader);
	machine_clear(&machine);
}

static void test_no_source(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	tree_make(&tree);
	assert_int_equal(machine_read(&tree.root, &machine, &err), -ENOENT);
	assert_non_null(strstr(err.message, "sys/firmware/memmap"));
	assert_non_null(strstr(err.message, "proc/iomem"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_firmware_maps),
		cmocka_unit_test(test_unknown_types),
		cmocka_unit_test(test_broken_firmware_maps),
		cmocka_unit_test(test_corrections),
		cmocka_unit_test(test_unprivileged_with_firmware_map),
		cmocka_unit_test(test_add_efi_memmap),
		cmocka_unit_test(test_runtime_map_with_all_ram),
		cmocka_unit_test(test_no_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
