// SPDX-License-Identifier: GPL-2.0-only
/* Physical memory of a recorded machine: runs of bytes in files named by their start. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "physical_memory.h"
#include "tree.h"

/*
 * 0x1000 "0123", 0x1004 "4567", a gap, 0x2000 "abcd", and the last bytes of the
 * address space.
 */
static void make_runs(struct tree *tree)
{
	tree_make(tree);
	tree_write(tree, "physical_memory/0000000000001004", "4567");
	tree_write(tree, "physical_memory/0000000000001000", "0123");
	tree_write(tree, "physical_memory/0000000000002000", "abcd");
	tree_write(tree, "physical_memory/fffffffffffffff0", "0123456789abcde");
	/* None of these is a run. */
	tree_write(tree, "physical_memory/1008", "wrong");
	tree_write(tree, "physical_memory/000000000000100g", "wrong");
	tree_write(tree, "physical_memory/00000000000010080", "wrong");
	tree_write(tree, "physical_memory/0x00000000001008", "wrong");
	tree_mkdir(tree, "physical_memory/0000000000001008");
}

static const struct {
	const char *name;
	uint64_t address;
	size_t size;
	int rc;
	const char *bytes;
} reads[] = {
	{ "whole run", 0x1000, 4, 0, "0123" },
	{ "inside a run", 0x1001, 2, 0, "12" },
	{ "across adjacent runs", 0x1002, 4, 0, "2345" },
	{ "up to the end of two runs", 0x1000, 8, 0, "01234567" },
	{ "nothing", 0x1000, 0, 0, "" },
	{ "one byte beyond", 0x1000, 9, -ENOENT, NULL },
	{ "one byte before", 0xfff, 2, -ENOENT, NULL },
	{ "in the gap", 0x1800, 1, -ENOENT, NULL },
	{ "a directory is no run", 0x1008, 1, -ENOENT, NULL },
	{ "above everything", 0x100000000, 4, -ENOENT, NULL },
	{ "top of the address space", 0xfffffffffffffff0, 15, 0, "0123456789abcde" },
	{ "range that wraps", 0xfffffffffffffff0, 17, -ERANGE, NULL },
};

static int read_tree(const struct tree *tree, uint64_t address, void *buffer, size_t size,
		     struct error *err)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;

	physical_memory_open(&tree->root, &reader);
	return physical_memory_read(&reader, address, buffer, size, err);
}

static void test_recorded(void **state)
{
	_cleanup_tree_ struct tree tree;
	size_t i;

	(void)state;
	make_runs(&tree);
	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		_cleanup_error_ struct error err = { 0 };
		char buffer[32] = "";

		print_message("  %s\n", reads[i].name);
		assert_int_equal(
			read_tree(&tree, reads[i].address, buffer, reads[i].size, &err),
			reads[i].rc);
		if (reads[i].rc)
			assert_non_null(err.message);
		else
			assert_string_equal(buffer, reads[i].bytes);
	}
}

static void test_message_names_the_missing_address(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;
	char buffer[16];

	(void)state;
	make_runs(&tree);
	assert_int_equal(read_tree(&tree, 0x1000, buffer, 9, &err), -ENOENT);
	assert_non_null(strstr(err.message, "0x1008"));
	tree_remove(&tree, "physical_memory");
	assert_int_equal(read_tree(&tree, 0x1000, buffer, 9, &err), -ENOENT);
	assert_non_null(strstr(err.message, "physical_memory"));
}

/* The live path on a stand-in for /dev/mem: a plain file, which has no lockdown. */
static void test_live(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;
	char buffer[5] = "";

	(void)state;
	tree_make(&tree);
	tree.root.live = true;
	assert_int_equal(read_tree(&tree, 2, buffer, 4, &err), -ENOENT);
	assert_non_null(strstr(err.message, "dev/mem"));
	tree_write(&tree, "dev/mem", "0123456789");
	error_clear(&err);
	assert_int_equal(read_tree(&tree, 2, buffer, 4, &err), 0);
	assert_string_equal(buffer, "2345");
	assert_null(err.message);
	assert_int_equal(read_tree(&tree, 8, buffer, 4, &err), -EIO);
	assert_non_null(strstr(err.message, "/dev/mem"));
	assert_non_null(strstr(err.message, "0x8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_message_names_the_missing_address),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
