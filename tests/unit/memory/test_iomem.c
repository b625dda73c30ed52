// SPDX-License-Identifier: GPL-2.0-only
/* /proc/iomem: its lines, and the memory map made from them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "in_range.h"
#include "machine_tree.h"
#include "memory/iomem.h"

#define RANGES 6
#define RAM    MEMORY_RAM
#define RSV    MEMORY_RESERVED
#define TAB    MEMORY_ACPI_TABLES

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
	const char *text;
	struct memory_range expected[RANGES];
	uint64_t ram_end;
} iomems[] = {
	{ "children are looked at, resources of the kernel are not",
	  "00000000-00000fff : Reserved\n"
	  "00001000-0009ffff : System RAM\n"
	  "00100000-1fffffff : System RAM\n"
	  "  01000000-01ffffff : Kernel code\n"
	  "  10000000-17ffffff : Crash kernel\n"
	  "b0000000-bfffffff : PCI MMCONFIG 0000 [bus 00-ff]\n"
	  "  b0000000-bfffffff : Reserved\n"
	  "    b0000000-bfffffff : pnp 00:05\n",
	  { { 0, 0x1000, RSV },
	    { 0x1000, 0xa0000, RAM },
	    { 0x100000, 0x20000000, RAM },
	    { 0xb0000000, 0xc0000000, RSV } },
	  0x20000000 },
	{ "carriage returns, blank lines, no newline at the end",
	  "00000000-0000ffff : System RAM\r\n\r\n\n  00004000-00004fff : Reserved\r\n"
	  "00010000-0001ffff : ACPI Tables",
	  { { 0, 0x4000, RAM },
	    { 0x4000, 0x5000, RSV },
	    { 0x5000, 0x10000, RAM },
	    { 0x10000, 0x20000, TAB } },
	  0x10000 },
	{ "hot-plugged RAM is above all page tables, but not the firmware's",
	  "00000000-0000ffff : System RAM\n"
	  "100000000-1ffffffff : Soft Reserved\n"
	  "  100000000-1ffffffff : dax0.0\n"
	  "    100000000-1ffffffff : System RAM (kmem)\n",
	  { { 0, 0x10000, RAM }, { 0x100000000, 0x200000000, MEMORY_SOFT_RESERVED } },
	  0x200000000 },
	{ "lines of other forms",
	  "garbage\n-\n : \n1-2: x\n1 : System RAM\n9-8 : System RAM\nx-y : System RAM\n"
	  "0x10-0x20 : System RAM\n00000000-0000ffff : System RAM\n"
	  "10000000000000000-2 : System RAM\n-5-6 : System RAM\n",
	  { { 0, 0x10000, RAM } },
	  0x10000 },
	{ "up to the end of the address space",
	  "00000000-0000ffff : System RAM\nffffffff00000000-ffffffffffffffff : Reserved\n",
	  { { 0, 0x10000, RAM }, { 0xffffffff00000000, UINT64_MAX, RSV } },
	  0x10000 },
};

static void test_iomem_as_source(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(iomems) / sizeof(iomems[0]); i++) {
		_cleanup_machine_ struct machine machine = { 0 };
		_cleanup_error_ struct error err = { 0 };
		_cleanup_tree_ struct tree tree;

		print_message("  %s\n", iomems[i].name);
		tree_make(&tree);
		tree_write(&tree, "proc/iomem", "%s", iomems[i].text);
		assert_int_equal(machine_read(&tree.root, &machine, &err), 0);
		assert_memory(&machine, iomems[i].expected);
		assert_int_equal(machine.ram_end, iomems[i].ram_end);
	}
}

static void test_iomem_long_line(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_free_ char *name = malloc(1000001);
	_cleanup_tree_ struct tree tree;

	(void)state;
	memset(name, 'n', 1000000);
	name[1000000] = '\0';
	tree_make(&tree);
	tree_write(&tree, "proc/iomem", "0-fff : %s\n0-fff : System RAM\n", name);
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.ram_end, 0x1000);
}

static void test_lines(void **state)
{
	static const char text[] = "00000000-00000fff : Reserved\n"
				   "00100000-1fffffff : System RAM\n"
				   "  10000000-17ffffff : Crash kernel\n"
				   "    10000000-10000fff : a : b\n"
				   "ffffffffffffffff-ffffffffffffffff : last byte\n"
				   "no line\n";
	_cleanup_iomem_ struct iomem iomem = { 0 };

	(void)state;
	assert_int_equal(iomem_parse(strdup(text), &iomem, NULL), 0);
	assert_int_equal(iomem.count, 5);
	assert_int_equal(iomem.skipped, 1);
	assert_false(iomem.hidden);
	assert_int_equal(iomem.lines[1].depth, 0);
	assert_int_equal(iomem.lines[2].start, 0x10000000);
	assert_int_equal(iomem.lines[2].end, 0x18000000);
	assert_int_equal(iomem.lines[2].depth, 1);
	assert_string_equal(iomem.lines[2].name, "Crash kernel");
	assert_int_equal(iomem.lines[3].depth, 2);
	assert_string_equal(iomem.lines[3].name, "a : b");
	assert_int_equal(iomem.lines[4].end, UINT64_MAX);
}

static void test_no_lines(void **state)
{
	static const char *const texts[] = { "", "\n\n", "x", "0-1 System RAM\n" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		_cleanup_iomem_ struct iomem iomem = { 0 };
		_cleanup_error_ struct error err = { 0 };

		assert_int_equal(iomem_parse(strdup(texts[i]), &iomem, &err), -ENODATA);
		assert_non_null(strstr(err.message, "/proc/iomem"));
		assert_null(iomem.text);
	}
}

static void test_hidden(void **state)
{
	_cleanup_iomem_ struct iomem iomem = { 0 };

	(void)state;
	assert_int_equal(iomem_parse(strdup("00000000-00000000 : Reserved\n"
					    "  00000000-00000000 : Kernel code\n"),
				     &iomem, NULL),
			 0);
	assert_true(iomem.hidden);
	assert_int_equal(iomem.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_no_lines),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_iomem_as_source),
		cmocka_unit_test(test_iomem_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
