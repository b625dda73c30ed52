// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/kernel_file_join.c: several files joined to one initrd. */
#include "kernel_file_tree.h"

/* Sizes of up to three files to be joined, and the expected result. */
static const struct joined_case {
	const char *name;
	size_t sizes[3]; /* up to a 0 */
	uint64_t size;
} joined_cases[] = {
	{ "one, odd", { 7 }, 7 },
	{ "two, no padding", { 4, 8 }, 12 },
	{ "padding of three, last one odd", { 5, 3 }, 11 },
	{ "padding of two and one", { 6, 7, 1 }, 17 },
	{ "one byte each", { 1, 1, 1 }, 9 },
	{ "pages", { 8192, 4096, 4097 }, 16385 },
	{ "over the end of a page", { 4095, 4098, 2 }, 8198 },
};

static size_t open_joined(const size_t sizes[3], struct kernel_file *file)
{
	static const char *const names[] = { "a", "b", "c" };
	char paths[3][128];
	const char *list[3];
	static uint8_t data[8192];
	size_t i;

	for (i = 0; i < 3 && sizes[i]; i++) {
		memset(data, 'a' + (int)i, sizes[i]);
		write_file(names[i], data, sizes[i]);
		snprintf(paths[i], sizeof(paths[i]), "%s/%s", directory, names[i]);
		list[i] = paths[i];
	}
	assert_int_equal(kernel_file_open_joined(list, i, "initrd", file, NULL), 0);
	return i;
}

static void joined_case(void **state)
{
	const struct joined_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	size_t count = open_joined(row->sizes, &file), at = 0, i, j;
	uint8_t byte;

	assert_int_equal(file.size, row->size);
	for (i = 0; i < count; i++) {
		for (; at % 4; at++)
			assert_int_equal(file.mapping[at], 0);
		for (j = 0; j < row->sizes[i]; j++, at++)
			assert_int_equal(file.mapping[at], 'a' + i);
	}
	assert_int_equal(at, row->size);
	assert_int_equal(kernel_file_read(&file, at - 1, &byte, 1, NULL), 0);
	assert_int_equal(byte, 'a' + count - 1);
	assert_int_equal(kernel_file_read(&file, at, &byte, 1, NULL), -ERANGE);
	assert_int_equal(kernel_file_require_unchanged(&file, NULL), 0);
}

/* The message names the part. */
static void every_joined_file_is_watched(void **state)
{
	static const char *const names[] = { "a", "b", "c" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		_cleanup_kernel_file_ struct kernel_file file = { 0 };
		_cleanup_error_ struct error err = { 0 };

		open_joined((const size_t[]){ 5, 6, 7 }, &file);
		lengthen_it(path_of(names[i]));
		assert_int_equal(kernel_file_require_unchanged(&file, &err), -ESTALE);
		assert_message(&err, path_of(names[i]));
		assert_memory_equal(file.mapping, "aaaaa\0\0\0bbbbbb\0\0ccccccc", 23);
	}
}

static void joined_path_names_all(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	char expected[256];

	(void)state;
	open_joined((const size_t[]){ 5, 6, 0 }, &file);
	snprintf(expected, sizeof(expected), "%s/a + %s/b", directory, directory);
	assert_string_equal(file.path, expected);
}

static const struct joined_refused_case {
	const char *name;
	const char *second;
	uint64_t size; /* size of the second file; 0: unchanged */
	int rc;
	const char *message;
} joined_refused_cases[] = {
	{ "missing", "missing", 0, -ENOENT, "No such file or directory" },
	{ "no name", "", 0, -EISDIR, "is a directory" },
	{ "empty file", "empty", 0, -ENODATA, "is empty" },
	{ "directory", "directory", 0, -EISDIR, "is a directory" },
	{ "FIFO", "fifo", 0, -EINVAL, "copy it to a file first" },
	/* A sparse file that is larger than half the memory of test machines. */
	{ "four TiB", "new", 1ull << 42, -EFBIG, "half of this machine's memory" },
};

static void joined_refused_case(void **state)
{
	const struct joined_refused_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error err = { 0 };
	char plain[128];

	snprintf(plain, sizeof(plain), "%s/plain", directory);
	if (row->size) {
		write_file(row->second, "x", 1);
		assert_int_equal(truncate(path_of(row->second), (off_t)row->size), 0);
	}
	assert_int_equal(
		kernel_file_open_joined((const char *[]){ plain, path_of(row->second) },
					2, "initrd", &file, &err),
		row->rc);
	assert_message(&err, row->message);
	assert_message(&err, path_of(row->second));
	if (row->size)
		unlink(path_of(row->second));
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(every_joined_file_is_watched),
		cmocka_unit_test(joined_path_names_all),
	};
	int failed;

	if (set_up(NULL))
		return 1;
	failed = RUN_TABLE(joined_case, joined_cases) +
		 RUN_TABLE(joined_refused_case, joined_refused_cases) +
		 cmocka_run_group_tests_name("others", others, NULL, NULL);
	return failed + (tear_down(NULL) ? 1 : 0);
}
