// SPDX-License-Identifier: GPL-2.0-only
/* Where segments may be placed, and which types of memory are handed on. */
#include <errno.h>
#include <string.h>

#include "fixtures.h"
#include "machine/machine_internal.h"
#include "machine_tree.h"

#define PAGE   4096ull
#define RANGES 6

/* The firmware's map is always 1 GiB of RAM; [start, end) of what may be placed in. */
static const struct row {
	const char *name;
	const char *iomem;
	uint64_t expected[RANGES][2];
} rows[] = {
	{ "all of it", "00001000-3fffffff : System RAM\n", { { 0x1000, 0x40000000 } } },
	{ "emulated persistent memory",
	  "00001000-0fffffff : System RAM\n"
	  "10000000-1fffffff : Persistent Memory (legacy)\n"
	  "  10000000-1fffffff : namespace0.0\n"
	  "20000000-3fffffff : System RAM\n",
	  { { 0x1000, 0x10000000 }, { 0x20000000, 0x40000000 } } },
	{ "mem= has cut off the end",
	  "00001000-1fffffff : System RAM\n20000000-2fffffff : PCI Bus 0000:00\n",
	  { { 0x1000, 0x20000000 } } },
	{ "a line is missing in the middle",
	  "00001000-0fffffff : System RAM\n20000000-3fffffff : System RAM\n",
	  { { 0x1000, 0x10000000 }, { 0x20000000, 0x40000000 } } },
	{ "memory of drivers",
	  "00001000-0fffffff : System RAM\n"
	  "10000000-1fffffff : Soft Reserved\n"
	  "  10000000-1fffffff : dax0.0\n"
	  "    10000000-1fffffff : System RAM (kmem)\n"
	  "20000000-2fffffff : System RAM (virtio_mem)\n"
	  "30000000-3fffffff : System RAM\n",
	  { { 0x1000, 0x10000000 }, { 0x30000000, 0x40000000 } } },
	{ "the kernel's own lines change nothing",
	  "00001000-3fffffff : System RAM\n"
	  "  01000000-01ffffff : Kernel code\n"
	  "  02000000-02ffffff : Kernel rodata\n"
	  "  03000000-03ffffff : Kernel data\n"
	  "  04000000-04ffffff : Kernel bss\n"
	  "  20000000-2fffffff : Crash kernel\n",
	  { { 0x1000, 0x40000000 } } },
	{ "RAM in a bridge's window",
	  "00001000-0fffffff : System RAM\n"
	  "10000000-3fffffff : PCI Bus 0000:00\n"
	  "  20000000-2fffffff : System RAM\n"
	  "  30000000-30ffffff : 0000:00:02.0\n",
	  { { 0x1000, 0x10000000 }, { 0x20000000, 0x30000000 } } },
	{ "a device's aperture in RAM",
	  "00001000-3fffffff : System RAM\n  08000000-0bffffff : GART\n",
	  { { 0x1000, 0x8000000 }, { 0xc000000, 0x40000000 } } },
	{ "RAM and not RAM at one place, RAM last",
	  "10000000-1fffffff : PCI Bus 0000:00\n00001000-3fffffff : System RAM\n",
	  { { 0x1000, 0x10000000 }, { 0x20000000, 0x40000000 } } },
	{ "not RAM around RAM, and shallower",
	  "10000000-1fffffff : Unusable memory\n"
	  "  14000000-17ffffff : System RAM\n"
	  "20000000-3fffffff : System RAM\n",
	  { { 0x20000000, 0x40000000 } } },
	{ "tables from an initramfs",
	  "00001000-0fffffff : System RAM\n"
	  "10000000-10000fff : ACPI Non-volatile Storage\n"
	  "10001000-3fffffff : System RAM\n",
	  { { 0x1000, 0x10000000 }, { 0x10001000, 0x40000000 } } },
	{ "inside of pages",
	  "00001000-10000017 : System RAM\n10000018-10000c57 : System RAM\n"
	  "10000c58-20000017 : Persistent Memory (legacy)\n"
	  "20000018-3fffffff : System RAM\n",
	  { { 0x1000, 0x10000c58 }, { 0x20000018, 0x40000000 } } },
	{ "RAM that the firmware does not know",
	  "00001000-ffffffffffffffff : System RAM\n",
	  { { 0x1000, 0x40000000 } } },
	{ "the end of the address space",
	  "00001000-3fffffff : System RAM\n"
	  "fffffffffffff000-ffffffffffffffff : System RAM\n"
	  "3ffff000-ffffffffffffffff : Reserved\n",
	  { { 0x1000, 0x3ffff000 } } },
	{ "lines that are cut off",
	  "00001000-0fffffff : System RAM\n10000000-3fff\n20000000-3fffffff",
	  { { 0x1000, 0x10000000 } } },
};

static void read_tree(const struct tree *tree, struct machine *machine)
{
	assert_int_equal(machine_read(&tree->root, machine, NULL), 0);
}

static void assert_placeable(const struct machine *machine, const uint64_t (*expected)[2])
{
	size_t i;

	for (i = 0; i < machine->placeable.count; i++) {
		assert_uint_in_range(i, 0, RANGES - 1);
		assert_int_equal(machine->placeable.ranges[i].start, expected[i][0]);
		assert_int_equal(machine->placeable.ranges[i].end, expected[i][1]);
		assert_int_equal(machine->placeable.ranges[i].type, MEMORY_RAM);
	}
	assert_true(i == RANGES || !expected[i][1]);
}

static void test_rows(void **state)
{
	const struct row *row = *state;
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_write(&tree, "proc/iomem", "%s", row->iomem);
	read_tree(&tree, &machine);
	assert_placeable(&machine, row->expected);
	assert_null(machine.nowhere);
	assert_int_equal(machine_require_placeable(&machine, NULL), 0);
}

/* Thousands of lines, alternately RAM and a device. */
static void test_many_lines(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_free_ char *text = NULL;
	_cleanup_tree_ struct tree tree;
	size_t size, i, count = 20000;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	for (i = 0; i < count; i++)
		fprintf(stream, "%zx-%zx : %s\n", 0x1000 + i * 0x1000,
			0x1fff + i * 0x1000, i % 2 ? "0000:00:02.0" : "System RAM");
	assert_int_equal(fclose(stream), 0);
	make_machine(&tree);
	tree_write(&tree, "proc/iomem", "%s", text);
	read_tree(&tree, &machine);
	assert_int_equal(machine.placeable.count, count / 2);
	assert_int_equal(memory_map_total(&machine.placeable, MEMORY_RAM),
			 count / 2 * PAGE);
}

/* Each: iomem, NULL without it; command line; part of the reason, NULL if placed. */
static const struct nowhere {
	const char *name;
	const char *iomem;
	const char *command_line;
	const char *reason;
} nowheres[] = {
	{ "no line of RAM", "10000000-1fffffff : Reserved\n", "quiet", "no line" },
	{ "RAM that is elsewhere", "100000000-1ffffffff : System RAM\n", "quiet",
	  "no line" },
	{ "hidden", "00000000-00000000 : System RAM\n", "quiet", NULL },
	{ "hidden, with mem=", "00000000-00000000 : System RAM\n", "mem=512M", "mem=" },
	{ "hidden, with memmap=", "00000000-00000000 : System RAM\n",
	  "quiet memmap=128M!640M", "only zeros" },
	{ "missing", NULL, "quiet", NULL },
	{ "missing, with memmap=", NULL, "memmap=1M$16M", "memmap=" },
};

static void test_nowhere(void **state)
{
	const struct nowhere *row = *state;
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_write(&tree, "proc/cmdline", "%s\n", row->command_line);
	if (row->iomem)
		tree_write(&tree, "proc/iomem", "%s", row->iomem);
	read_tree(&tree, &machine);
	assert_int_equal(machine_require_placeable(&machine, &err),
			 row->reason ? -ENODATA : 0);
	assert_int_equal(machine.placeable.count, row->reason ? 0 : 1);
	if (row->reason)
		assert_non_null(strstr(err.message, row->reason));
}

static void test_types_handed_on(void **state)
{
	static const enum memory_type expected[] = {
		MEMORY_RAM,	   MEMORY_PERSISTENT_LEGACY,
		MEMORY_RAM,	   MEMORY_SOFT_RESERVED,
		MEMORY_PERSISTENT, MEMORY_UNUSABLE,
		MEMORY_RESERVED,   MEMORY_RAM,
	};
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;
	size_t i;

	(void)state;
	make_machine(&tree);
	/* [0x14000000, 0x18000000) has been cut off, and is RAM for the next kernel. */
	tree_write(&tree, "proc/iomem",
		   "00001000-0fffffff : System RAM\n"
		   "10000000-13ffffff : Persistent Memory (legacy)\n"
		   "18000000-1bffffff : Soft Reserved\n"
		   "  18000000-1bffffff : System RAM (kmem)\n"
		   "1c000000-1fffffff : Persistent Memory\n"
		   "20000000-23ffffff : Unusable memory\n"
		   "24000000-27ffffff : Unknown E820 type\n"
		   "28000000-3fffffff : System RAM\n");
	read_tree(&tree, &machine);
	assert_int_equal(machine.memory.count, COUNT(expected));
	for (i = 0; i < COUNT(expected); i++)
		assert_int_equal(machine.memory.ranges[i].type, expected[i]);
	assert_int_equal(machine.memory.ranges[2].start, 0x14000000);
	assert_int_equal(machine.memory.ranges[2].end, 0x18000000);
}

/*
 * RAM without a line: 1 GiB by the firmware's map. The ranges that the next kernel gets.
 */
static const struct removed_row {
	const char *name;
	const char *command_line; /* NULL: unknown */
	const char *iomem;
	uint64_t expected[RANGES][2];
} removed_rows[] = {
	{ "nothing is missing",
	  "quiet",
	  "00001000-3fffffff : System RAM\n",
	  { { 0, GIB } } },
	{ "the end was removed",
	  "quiet",
	  "00001000-2fffffff : System RAM\n",
	  { { 0, 0x30000000 } } },
	{ "the middle was removed, in a bridge's window",
	  "",
	  "00001000-0fffffff : System RAM\n10000000-1fffffff : PCI Bus 0000:00\n"
	  "20000000-3fffffff : System RAM\n",
	  { { 0, 0x10000000 }, { 0x20000000, GIB } } },
	{ "some has another type, or a driver",
	  "quiet",
	  "00001000-0fffffff : System RAM\n10000000-17ffffff : virtio0\n"
	  "  10000000-17ffffff : System RAM (virtio_mem)\n"
	  "18000000-18ffffff : ACPI Non-volatile Storage\n",
	  { { 0, 0x19000000 } } },
	{ "mem=", "quiet mem=768M", "00001000-2fffffff : System RAM\n", { { 0, GIB } } },
	{ "memmap=",
	  "memmap=256M%768M-1",
	  "00001000-2fffffff : System RAM\n",
	  { { 0, GIB } } },
	{ "the command line is unknown",
	  NULL,
	  "00001000-2fffffff : System RAM\n",
	  { { 0, GIB } } },
	{ "a line is not understood",
	  "quiet",
	  "00001000-2fffffff : System RAM\n30000000-3ffffff",
	  { { 0, GIB } } },
	{ "the addresses are hidden",
	  "quiet",
	  "00000000-00000000 : System RAM\n",
	  { { 0, GIB } } },
	{ "no RAM", "quiet", "000a0000-000bffff : PCI Bus 0000:00\n", { { 0, GIB } } },
};

static void test_removed(void **state)
{
	const struct removed_row *row = *state;
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;
	size_t i;

	make_machine(&tree);
	tree_write(&tree, "proc/iomem", "%s", row->iomem);
	if (row->command_line)
		tree_write(&tree, "proc/cmdline", "%s\n", row->command_line);
	read_tree(&tree, &machine);
	for (i = 0; i < machine.memory.count; i++) {
		assert_true(i < RANGES);
		assert_int_equal(machine.memory.ranges[i].start, row->expected[i][0]);
		assert_int_equal(machine.memory.ranges[i].end, row->expected[i][1]);
	}
	assert_true(i == RANGES || !row->expected[i][1]);
	assert_int_equal(has_note(&machine, "were removed"),
			 memory_map_total(&machine.memory, MEMORY_RAM) != GIB);
}

static void test_poisoned(void **state)
{
	static const uint64_t expected[RANGES][2] = { { 0x1000, 0x5000 },
						      { 0x6000, 0x40000 },
						      { 0x42000, 0x40000000 } };
	_cleanup_machine_ struct machine machine = { 0 }, blind = { 0 };
	uint64_t *flags = calloc(0x100, sizeof(*flags));
	_cleanup_tree_ struct tree tree;

	(void)state;
	assert_non_null(flags);
	make_machine(&tree);
	tree_write(&tree, "proc/iomem", "00001000-3fffffff : System RAM\n");
	tree_write(&tree, "proc/meminfo",
		   "MemTotal: 1 kB\nHardwareCorrupted:    12 kB\n");
	read_tree(&tree, &blind);
	assert_int_equal(blind.placeable.count, 1);
	assert_true(has_note(&blind, "at unknown addresses"));
	/* Bits beside it are of other things. */
	flags[1] = 1ull << 18 | 1ull << 20;
	flags[5] = 1ull << 19;
	flags[0x40] = 1ull << 19 | 1;
	flags[0x41] = ~0ull;
	/* Not counted, so not looked for: the search has ended. */
	flags[0x50] = 1ull << 19;
	tree_write_bytes(&tree, "proc/kpageflags", flags, 0x42 * sizeof(*flags));
	read_tree(&tree, &machine);
	assert_placeable(&machine, expected);
	free(flags);
}

/* No page is poisoned: the flags, which are long, are not read. */
static void test_not_poisoned(void **state)
{
	static const uint64_t flags[16] = { [4] = 1ull << 19 };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_machine(&tree);
	tree_write(&tree, "proc/iomem", "00001000-3fffffff : System RAM\n");
	tree_write(&tree, "proc/meminfo", "HardwareCorrupted:     0 kB\n");
	tree_write_bytes(&tree, "proc/kpageflags", flags, sizeof(flags));
	read_tree(&tree, &machine);
	assert_int_equal(machine.placeable.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_types_handed_on),
		cmocka_unit_test(test_poisoned),
		cmocka_unit_test(test_not_poisoned),
	};
	int failed = RUN_TABLE(test_rows, rows) + RUN_TABLE(test_nowhere, nowheres) +
		     RUN_TABLE(test_removed, removed_rows);

	return failed +
	       cmocka_run_group_tests_name("machine_placeable", tests, NULL, NULL);
}
