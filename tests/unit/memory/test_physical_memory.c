// SPDX-License-Identifier: GPL-2.0-only
/* Physical memory of a recorded machine: files of bytes, named by their start address. */
#include <errno.h>

#include "fixtures.h"
#include "kcore_image.h"
#include "memory/physical_memory.h"
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
	/* Files in the directory that must be ignored. */
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
	{ "a directory is not a run", 0x1008, 1, -ENOENT, NULL },
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

/* The code for a live machine, with a plain file as /dev/mem. */
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

/*
 * A /proc/kcore with the usual parts: the kernel inside RAM, vmalloc, two ranges of RAM.
 * From KCORE_DATA on, the file has a place for every physical address.
 */
#define DIRECT_MAP 0xffff888000000000ull
#define KCORE_DATA 0x10000u

static const struct piece kcore_pieces[] = {
	{ 0xffffffff81000000, 0x3000, 0x1000 },
	{ 0xffffc90000000000, VMALLOC, 0x1000000 },
	{ DIRECT_MAP + 0x8000, 0x8000, 0x1000 },
	{ DIRECT_MAP + 0x1000, 0x1000, 0x4000 },
	{ 0xffffea0000000000, VMALLOC, 0x1000000 },
};

#define MEMORY_END 0xa000u

static uint8_t in_kcore(uint64_t address)
{
	return (uint8_t)(address * 7 + address / 256);
}

static uint8_t in_mem(uint64_t address)
{
	return (uint8_t)~in_kcore(address);
}

/* size: length of the file, which may end within its data. */
static void write_kcore(struct tree *tree, const struct piece *pieces, size_t count,
			size_t size)
{
	_cleanup_free_ uint8_t *headers = NULL, *file = NULL;
	size_t header_size, i;

	headers = make_kcore(pieces, count, &header_size);
	file = calloc(1, KCORE_DATA + MEMORY_END);
	assert_true(file && header_size <= KCORE_DATA);
	for (i = 0; i < count; i++)
		put_le(headers + ELF_HEADER_BYTES + (i + 1) * PROGRAM_HEADER_BYTES + 8, 8,
		       KCORE_DATA +
			       (pieces[i].physical == VMALLOC ? 0 : pieces[i].physical));
	memcpy(file, headers, header_size);
	for (i = 0; i < MEMORY_END; i++)
		file[KCORE_DATA + i] = in_kcore(i);
	tree_write_bytes(tree, "proc/kcore", file, size);
}

static void make_live(struct tree *tree)
{
	uint8_t mem[MEMORY_END];
	size_t i;

	tree_make(tree);
	tree->root.live = true;
	for (i = 0; i < MEMORY_END; i++)
		mem[i] = in_mem(i);
	tree_write_bytes(tree, "dev/mem", mem, sizeof(mem));
	write_kcore(tree, kcore_pieces, COUNT(kcore_pieces), KCORE_DATA + MEMORY_END);
}

static bool is_ram(uint64_t address)
{
	return (address >= 0x1000 && address < 0x5000) ||
	       (address >= 0x8000 && address < 0x9000);
}

/* The whole range and pieces of it: RAM comes from one file, the rest from the other. */
static void test_live_ram(void **state)
{
	static const struct {
		uint64_t start, end;
	} pieces[] = {
		{ 0x1000, 0x1001 }, { 0x4fff, 0x5000 }, { 0xfff, 0x1001 },
		{ 0x4ffe, 0x5002 }, { 0x7fff, 0x8001 }, { 0x8fff, 0x9001 },
		{ 0x2fff, 0x4001 }, { 0x3000, 0x4000 }, { 0x5000, 0x8000 },
		{ 0x9000, 0xa000 }, { 0, MEMORY_END },
	};
	_cleanup_tree_ struct tree tree;
	size_t i, j;

	(void)state;
	make_live(&tree);
	for (i = 0; i < COUNT(pieces); i++) {
		_cleanup_error_ struct error err = { 0 };
		size_t size = pieces[i].end - pieces[i].start;
		uint8_t buffer[MEMORY_END];

		assert_int_equal(read_tree(&tree, pieces[i].start, buffer, size, &err),
				 0);
		for (j = 0; j < size; j++) {
			uint64_t address = pieces[i].start + j;

			assert_int_equal(buffer[j], is_ram(address) ? in_kcore(address)
								    : in_mem(address));
		}
	}
}

static void test_live_missing_files(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;
	uint8_t byte;

	(void)state;
	make_live(&tree);
	tree_remove(&tree, "dev/mem");
	assert_int_equal(read_tree(&tree, 0x2000, &byte, 1, &err), 0);
	assert_int_equal(byte, in_kcore(0x2000));
	assert_int_equal(read_tree(&tree, 0x6000, &byte, 1, &err), -ENOENT);
	assert_message(&err, "dev/mem");
	error_clear(&err);

	tree_delete(&tree);
	make_live(&tree);
	tree_remove(&tree, "proc/kcore");
	assert_int_equal(read_tree(&tree, 0x2000, &byte, 1, &err), 0);
	assert_int_equal(byte, in_mem(0x2000));
}

/* Files that are not a /proc/kcore, and one without addresses of RAM. */
static void test_live_useless_kcore(void **state)
{
	static const struct piece old[] = {
		{ 0xffffffff81000000, 0, 0x1000 },
		{ DIRECT_MAP + 0x1000, 0, 0x4000 },
	};
	_cleanup_tree_ struct tree tree;
	uint8_t byte = 0;

	(void)state;
	make_live(&tree);
	tree_write(&tree, "proc/kcore", "%s", "");
	assert_int_equal(read_tree(&tree, 0x2000, &byte, 1, NULL), 0);
	assert_int_equal(byte, in_mem(0x2000));
	tree_write(&tree, "proc/kcore", "%0100d", 0);
	assert_int_equal(read_tree(&tree, 0x2001, &byte, 1, NULL), 0);
	assert_int_equal(byte, in_mem(0x2001));
	/* A file of Linux before 4.11. */
	write_kcore(&tree, old, COUNT(old), KCORE_DATA + MEMORY_END);
	assert_int_equal(read_tree(&tree, 0x2002, &byte, 1, NULL), 0);
	assert_int_equal(byte, in_mem(0x2002));
	/* The file ends within the program headers. */
	write_kcore(&tree, kcore_pieces, COUNT(kcore_pieces), 300);
	assert_int_equal(read_tree(&tree, 0x2003, &byte, 1, NULL), 0);
	assert_int_equal(byte, in_mem(0x2003));
}

static void test_live_short_files(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;
	uint8_t buffer[16];

	(void)state;
	make_live(&tree);
	write_kcore(&tree, kcore_pieces, COUNT(kcore_pieces), KCORE_DATA + 0x2008);
	assert_int_equal(read_tree(&tree, 0x1ff8, buffer, 16, &err), 0);
	assert_int_equal(read_tree(&tree, 0x2000, buffer, 16, &err), -EIO);
	assert_message(&err, "/proc/kcore refuses 16 bytes at physical 0x2000");
	/* Reads beyond the end of the address space and of /dev/mem. */
	assert_true(read_tree(&tree, UINT64_MAX - 16, buffer, 16, &err) < 0);
	assert_message(&err, "/dev/mem");
	assert_int_equal(read_tree(&tree, MEMORY_END - 8, buffer, 16, &err), -EIO);
	assert_message(&err, "/dev/mem refuses 16 bytes at 0x9ff8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_message_names_the_missing_address),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_live_ram),
		cmocka_unit_test(test_live_missing_files),
		cmocka_unit_test(test_live_useless_kcore),
		cmocka_unit_test(test_live_short_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
