// SPDX-License-Identifier: GPL-2.0-only
/* The headers of /proc/kcore: layouts, defects, and tables of every length. */
#include <errno.h>

#include "fixtures.h"
#include "kcore_image.h"
#include "memory/kcore.h"
#include "tree.h"

#define PIECES	   5
#define TEXT	   0xffffffff8ca00000ull
#define DIRECT_MAP 0xffff8b2400000000ull
#define FIVE_LEVEL 0xff11000000000000ull

/* Parts that every machine has: the kernel, vmalloc, modules, RAM. */
#define KERNEL                              \
	{                                   \
		TEXT, 0x1f000000, 0x2830000 \
	}
#define MODULES                                         \
	{                                               \
		0xffffffffc0000000, VMALLOC, 0x3f000000 \
	}
#define RAM                                          \
	{                                            \
		DIRECT_MAP + 0x1000, 0x1000, 0x9f000 \
	}

static int read_bytes(const void *data, size_t size, struct kcore_layout *layout,
		      struct error *err)
{
	char path[64];
	int fd, rc;

	make_file(data, size, &fd, path);
	rc = kcore_read_fd(fd, layout, err);
	close(fd);
	return rc;
}

static const struct good {
	const char *name;
	struct piece pieces[PIECES];
	struct kcore_layout expected;
} good[] = {
	{ "kernel, vmalloc, modules, RAM, vmemmap",
	  { KERNEL,
	    { 0xffffcfeb80000000, VMALLOC, 0x1fffffffffff },
	    MODULES,
	    RAM,
	    { 0xfffff43000000000, VMALLOC, 0x3000 } },
	  { 0x1f000000, 0x21830000, TEXT, DIRECT_MAP } },
	{ "two ranges of RAM before the kernel",
	  { RAM, { DIRECT_MAP + 0x100000000, 0x100000000, 0x100000000 }, KERNEL },
	  { 0x1f000000, 0x21830000, TEXT, DIRECT_MAP } },
	{ "kernel above 4 GiB, five levels",
	  { { TEXT, 0x12aa00000, 0x1000 }, { FIVE_LEVEL + 0x1000, 0x1000, 0x9f000 } },
	  { 0x12aa00000, 0x12aa01000, TEXT, FIVE_LEVEL } },
	{ "RAM at physical 0",
	  { KERNEL, { DIRECT_MAP, 0, 0x1000 } },
	  { 0x1f000000, 0x21830000, TEXT, DIRECT_MAP } },
	{ "a vsyscall page, no physical address",
	  { KERNEL, RAM, { 0xffffffffff600000, VMALLOC, 0x1000 } },
	  { 0x1f000000, 0x21830000, TEXT, DIRECT_MAP } },
	{ "the kernel's mapping begins with the kernel",
	  { { 0xffffffff80000000, 0x1000000, 0x80000000 }, RAM },
	  { 0x1000000, 0x81000000, 0xffffffff80000000, DIRECT_MAP } },
};

static void test_good(void **state)
{
	const struct good *row = *state;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ uint8_t *data = NULL;
	struct kcore_layout layout = { 0 };
	size_t size;

	data = make_kcore(row->pieces, count_pieces(row->pieces, PIECES), &size);
	assert_int_equal(read_bytes(data, size, &layout, &err), 0);
	assert_null(err.message);
	assert_memory_equal(&layout, &row->expected, sizeof(layout));
}

static const struct bad_layout {
	const char *name;
	struct piece pieces[PIECES];
	int error;
	const char *message;
} bad_layouts[] = {
	{ "kernel before 4.11: all physical addresses 0",
	  { { TEXT, 0, 0x1000 },
	    { 0xffffc90000000000, 0, 0x1fffffffffff },
	    { DIRECT_MAP + 0x1000, 0, 0x9e000 },
	    { DIRECT_MAP + 0x100000, 0, 0x100000 } },
	  ENOTSUP,
	  "4.11" },
	{ "no kernel", { MODULES, RAM }, EINVAL, "0 headers for the kernel" },
	{ "two kernels",
	  { KERNEL, RAM, { 0xffffffff80000000, 0x1000000, 0x1000 } },
	  EINVAL,
	  "2 headers for the kernel" },
	{ "no RAM", { KERNEL, MODULES }, EINVAL, "no header for RAM" },
	{ "two direct maps",
	  { KERNEL, RAM, { DIRECT_MAP + 0x200000, 0x100000, 0x1000 } },
	  EINVAL,
	  "no single direct map" },
	{ "direct map in the user half",
	  { KERNEL, { 0x7f0000001000, 0x1000, 0x1000 } },
	  EINVAL,
	  "not in a direct map" },
	{ "virtual address below the physical",
	  { KERNEL, { 0x1000, 0x2000, 0x1000 } },
	  EINVAL,
	  "not in a direct map" },
	{ "direct map not at a page",
	  { KERNEL, { DIRECT_MAP + 0x1010, 0x1000, 0x1000 } },
	  EINVAL,
	  "not in a direct map" },
	{ "physical addresses wrap",
	  { KERNEL, { DIRECT_MAP, 0xfffffffffffff000, 0x2000 } },
	  EINVAL,
	  "wrap around" },
	{ "virtual addresses wrap",
	  { { 0xfffffffffffff000, 0x1000, 0x1001 }, RAM },
	  EINVAL,
	  "wrap around" },
};

static void test_bad_layout(void **state)
{
	const struct bad_layout *row = *state;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ uint8_t *data = NULL;
	struct kcore_layout layout = { .text_start = 1 };
	size_t size;

	data = make_kcore(row->pieces, count_pieces(row->pieces, PIECES), &size);
	assert_int_equal(read_bytes(data, size, &layout, &err), -row->error);
	assert_message(&err, "/proc/kcore");
	assert_message(&err, row->message);
	assert_int_equal(layout.text_start, 1);
}

/* Changes to the ELF header of an otherwise valid file. */
static const struct bad_file {
	const char *name;
	struct poke pokes[3];
	const char *message;
} bad_files[] = {
	{ "magic", { { 0, 1, 0x7e } }, "not an ELF file" },
	{ "32 bits", { { 4, 1, 1 } }, "64-bit x86" },
	{ "big-endian", { { 5, 1, 2 } }, "64-bit x86" },
	{ "another machine", { { 18, 2, 183 } }, "64-bit x86" },
	{ "long entries", { { 54, 2, 64 } }, "64 bytes instead of 56" },
	{ "no entries", { { 56, 2, 0 } }, "no program headers" },
	{ "entries at 0", { { 32, 8, 0 } }, "no program headers" },
	{ "one entry too many", { { 56, 2, 5 } }, "ends within" },
	{ "entries behind the end", { { 32, 8, 0x10000 } }, "ends within" },
	{ "entries beyond off_t", { { 32, 8, 0x7fffffffffffffff } }, "invalid offset" },
	{ "entries at 2^64 - 1", { { 32, 8, UINT64_MAX } }, "invalid offset" },
	{ "PN_XNUM without sections", { { 56, 2, 0xffff } }, "how many" },
	{ "PN_XNUM, sections behind the end",
	  { { 56, 2, 0xffff }, { 40, 8, 0x10000 } },
	  "ends within" },
	{ "PN_XNUM, sections beyond off_t",
	  { { 56, 2, 0xffff }, { 40, 8, UINT64_MAX } },
	  "how many" },
	{ "PN_XNUM, a million and more",
	  /* the section header is the second program header, sh_info its p_filesz + 4 */
	  { { 56, 2, 0xffff }, { 40, 8, 120 }, { 164, 4, 0x100001 } },
	  "1048577 program headers" },
	{ "PN_XNUM, none",
	  { { 56, 2, 0xffff }, { 40, 8, 120 }, { 164, 4, 0 } },
	  "no program headers" },
};

static void test_bad_file(void **state)
{
	static const struct piece pieces[] = { KERNEL, MODULES, RAM };
	const struct bad_file *row = *state;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ uint8_t *data = NULL;
	struct kcore_layout layout;
	size_t size;

	data = make_kcore(pieces, COUNT(pieces), &size);
	apply_pokes(data, row->pokes, COUNT(row->pokes));
	assert_true(read_bytes(data, size, &layout, &err) < 0);
	assert_message(&err, "/proc/kcore");
	assert_message(&err, row->message);
}

/* Every shorter length is an error, and no byte after the end is read. */
static void test_truncated(void **state)
{
	static const struct piece pieces[] = { KERNEL, MODULES, RAM };
	_cleanup_free_ uint8_t *data = NULL;
	struct kcore_layout layout;
	size_t size, cut;

	(void)state;
	data = make_kcore(pieces, COUNT(pieces), &size);
	for (cut = 0; cut < size; cut++) {
		_cleanup_error_ struct error err = { 0 };

		assert_int_equal(read_bytes(data, cut, &layout, &err), -EINVAL);
		assert_message(&err, "ends within");
	}
	assert_int_equal(read_bytes(data, size, &layout, NULL), 0);
}

/* RAM in many pieces, each with a header. The kernel comes last. */
static uint8_t *make_large(size_t count, size_t *size)
{
	_cleanup_free_ struct piece *pieces = calloc(count, sizeof(*pieces));
	size_t i;

	assert_non_null(pieces);
	for (i = 0; i < count; i++)
		pieces[i] = (struct piece){ DIRECT_MAP + i * 0x2000, i * 0x2000, 0x1000 };
	pieces[count - 1] = (struct piece)KERNEL;
	return make_kcore(pieces, count, size);
}

static void test_many_headers(void **state)
{
	static const size_t counts[] = { 2, 1170, 65533 }; /* 65534 with the PT_NOTE */
	struct kcore_layout layout;
	size_t size, i;

	(void)state;
	for (i = 0; i < COUNT(counts); i++) {
		_cleanup_free_ uint8_t *data = make_large(counts[i], &size);

		assert_int_equal(read_bytes(data, size, &layout, NULL), 0);
		assert_int_equal(layout.text_start, 0x1f000000);
		assert_int_equal(layout.direct_map, DIRECT_MAP);
	}
}

/* 70001 headers: the sh_info of the section header after them holds their number. */
static void test_extended_numbering(void **state)
{
	_cleanup_free_ uint8_t *data = NULL, *whole = NULL;
	struct kcore_layout layout;
	size_t size;

	(void)state;
	data = make_large(70000, &size);
	whole = calloc(1, size + 64);
	assert_non_null(whole);
	memcpy(whole, data, size);
	put_le(whole + 56, 2, 0xffff);
	put_le(whole + 40, 8, size);
	put_le(whole + size + 44, 4, 70001);
	assert_int_equal(read_bytes(whole, size + 64, &layout, NULL), 0);
	assert_int_equal(layout.text_start, 0x1f000000);
}

static void test_missing(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	tree_make(&tree);
	assert_int_equal(kcore_open(&tree.root, &err), -ENOENT);
	assert_message(&err, "CONFIG_PROC_KCORE");
}

static void test_directory(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;
	_cleanup_close_ int fd = -1;
	struct kcore_layout layout;

	(void)state;
	tree_make(&tree);
	tree_mkdir(&tree, KCORE_PATH);
	fd = kcore_open(&tree.root, &err);
	assert_true(fd >= 0);
	assert_int_equal(kcore_read_fd(fd, &layout, &err), -EISDIR);
	assert_message(&err, "cannot read /proc/kcore");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_many_headers),
		cmocka_unit_test(test_extended_numbering),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_directory),
	};
	int failed = 0;

	failed += RUN_TABLE(test_good, good);
	failed += RUN_TABLE(test_bad_layout, bad_layouts);
	failed += RUN_TABLE(test_bad_file, bad_files);
	failed += cmocka_run_group_tests(tests, NULL, NULL);
	return failed;
}
