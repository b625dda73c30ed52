// SPDX-License-Identifier: GPL-2.0-only
/* Roots, small files below them, directories, complete reads and writes. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"
#include "util/directory.h"

static void test_root_open(void **state)
{
	_cleanup_root_ struct root live = { .fd = -1 }, none = { .fd = -1 };
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(root_open(NULL, &live, &err), 0);
	assert_true(live.live);
	assert_string_equal(live.path, "/");
	assert_true(root_exists(&live, "proc"));
	assert_int_equal(root_open("/nowhere/at/all", &none, &err), -ENOENT);
	assert_non_null(strstr(err.message, "--sysroot=/nowhere/at/all"));
	assert_int_equal(none.fd, -1);
}

static void test_read_file(void **state)
{
	_cleanup_tree_ struct tree tree;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = NULL, *empty = NULL, *nothing = NULL;
	size_t size = 0;

	(void)state;
	tree_make(&tree);
	tree_write_bytes(&tree, "sys/data", "a\0b", 3);
	tree_write(&tree, "sys/empty", "%s", "");
	assert_int_equal(root_read_file(&tree.root, "sys/data", 3, &text, &size, &err),
			 0);
	assert_int_equal(size, 3);
	assert_memory_equal(text, "a\0b", 4);
	assert_int_equal(root_read_file(&tree.root, "sys/empty", 0, &empty, &size, &err),
			 0);
	assert_int_equal(size, 0);
	assert_string_equal(empty, "");
	assert_null(err.message);

	assert_int_equal(root_read_file(&tree.root, "sys/data", 2, &nothing, &size, &err),
			 -EFBIG);
	assert_non_null(strstr(err.message, "sys/data"));
	assert_int_equal(root_read_file(&tree.root, "sys/none", 2, &nothing, &size, &err),
			 -ENOENT);
	assert_non_null(strstr(err.message, "sys/none"));
	assert_int_equal(root_read_file(&tree.root, "sys", 2, &nothing, &size, &err),
			 -EISDIR);
	assert_null(nothing);
	assert_int_equal(size, 0);
}

static void test_large_file(void **state)
{
	_cleanup_tree_ struct tree tree;
	_cleanup_free_ char *data = malloc(100000), *text = NULL;
	size_t size = 0;

	(void)state;
	memset(data, 'x', 100000);
	tree_make(&tree);
	tree_write_bytes(&tree, "large", data, 100000);
	assert_int_equal(root_read_file(&tree.root, "large", 100000, &text, &size, NULL),
			 0);
	assert_int_equal(size, 100000);
	assert_memory_equal(text, data, size);
}

static void test_links_stay_inside(void **state)
{
	_cleanup_tree_ struct tree tree;
	_cleanup_free_ char *text = NULL, *path = NULL;

	(void)state;
	tree_make(&tree);
	tree_write(&tree, "etc/passwd", "the recorded one");
	assert_true(asprintf(&path, "%s/link", tree.path) > 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(root_read_file(&tree.root, "link", 100, &text, NULL, NULL), 0);
	assert_string_equal(text, "the recorded one");
	assert_false(root_exists(&tree.root, "../../../../../../../../etc/shadow"));
}

static const struct {
	const char *text;
	int rc;
	uint64_t value;
} numbers[] = {
	{ "0\n", 0, 0 },
	{ "1", 0, 1 },
	{ "0x7da10018\n", 0, 0x7da10018 },
	{ "0xffffffffffffffff\n", 0, UINT64_MAX },
	{ "", -EINVAL, 0 },
	{ "\n", -EINVAL, 0 },
	{ "one\n", -EINVAL, 0 },
	{ "0x10000000000000000\n", -ERANGE, 0 },
};

static void test_read_u64(void **state)
{
	_cleanup_tree_ struct tree tree;
	size_t i;

	(void)state;
	tree_make(&tree);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		_cleanup_error_ struct error err = { 0 };
		uint64_t value = 0;

		tree_write(&tree, "sys/number", "%s", numbers[i].text);
		assert_int_equal(root_read_u64(&tree.root, "sys/number", &value, &err),
				 numbers[i].rc);
		assert_int_equal(value, numbers[i].value);
		if (numbers[i].rc)
			assert_non_null(strstr(err.message, "/sys/number"));
	}
}

static void test_formatted_paths(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = -1;
	_cleanup_tree_ struct tree tree;
	uint64_t value = 7;

	(void)state;
	tree_make(&tree);
	tree_write(&tree, "sys/map/3/start", "0x1000\n");
	assert_true(root_existsf(&tree.root, "sys/%s/%u", "map", 3));
	assert_false(root_existsf(&tree.root, "sys/%s/%u", "map", 4));
	assert_int_equal(root_readf_u64(&tree.root, &value, &err, "sys/map/%u/start", 3),
			 0);
	assert_int_equal(value, 0x1000);
	assert_int_equal(root_readf_file(&tree.root, 100, &text, NULL, &err, "sys/%s/%s",
					 "map", "3/start"),
			 0);
	assert_string_equal(text, "0x1000\n");
	fd = root_openf(&tree.root, &err, "%s/map/3/start", "sys");
	assert_true(fd >= 0);
	assert_null(err.message);
	assert_int_equal(root_readf_u64(&tree.root, &value, &err, "sys/map/%u/start", 4),
			 -ENOENT);
	assert_int_equal(value, 0x1000);
	assert_non_null(strstr(err.message, "/sys/map/4/start"));
}

static void test_list(void **state)
{
	_cleanup_string_list_ struct string_list names = { 0 }, none = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_write(&tree, "d/10", "x");
	tree_write(&tree, "d/9", "x");
	tree_write(&tree, "d/.hidden", "x");
	tree_mkdir(&tree, "empty");
	assert_int_equal(root_list(&tree.root, "d", &names, &err), 0);
	assert_int_equal(names.count, 2);
	assert_string_equal(names.items[0], "10");
	assert_string_equal(names.items[1], "9");
	assert_int_equal(root_list(&tree.root, "empty", &none, &err), 0);
	assert_int_equal(none.count, 0);
	assert_null(err.message);
	assert_int_equal(root_list(&tree.root, "none", &none, &err), -ENOENT);
	assert_int_equal(root_list(&tree.root, "d/9", &none, &err), -ENOTDIR);
	assert_non_null(strstr(err.message, "d/9"));
}

static void test_read_exactly(void **state)
{
	_cleanup_tree_ struct tree tree;
	_cleanup_close_ int fd = -1;
	char buffer[4] = "";

	(void)state;
	tree_make(&tree);
	tree_write(&tree, "file", "0123456789");
	fd = root_openat(&tree.root, "file", NULL);
	assert_true(fd >= 0);
	assert_int_equal(read_exactly(fd, buffer, 4, 6), 0);
	assert_memory_equal(buffer, "6789", 4);
	assert_int_equal(read_exactly(fd, buffer, 4, 7), -EIO);
	assert_int_equal(read_exactly(fd, buffer, 0, 100), 0);
	assert_int_equal(read_exactly(-1, buffer, 4, 0), -EBADF);
	assert_int_equal(write_all(fd, buffer, 4), -EBADF);
}

/* The flags of each call; the kernel is as old as known_flags says. */
static unsigned asked[8], asks, known_flags;

int memfd_create(const char *name, unsigned flags)
{
	(void)name;
	assert_true(asks < 8);
	asked[asks++] = flags;
	if (flags & ~known_flags) {
		errno = EINVAL;
		return -1;
	}
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void test_memory_file(void **state)
{
	const unsigned cloexec = 1, noexec = 8;
	int fd;

	(void)state;
	asks = 0;
	known_flags = cloexec | noexec;
	fd = memory_file_create("new kernel");
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(asks, 1);
	assert_int_equal(asked[0], cloexec | noexec);
	known_flags = cloexec;
	fd = memory_file_create("old kernel");
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(asks, 3);
	assert_int_equal(asked[2], cloexec);
	known_flags = 0;
	assert_int_equal(memory_file_create("no memory files"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root_open),
		cmocka_unit_test(test_read_file),
		cmocka_unit_test(test_large_file),
		cmocka_unit_test(test_links_stay_inside),
		cmocka_unit_test(test_read_u64),
		cmocka_unit_test(test_formatted_paths),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_memory_file),
		cmocka_unit_test(test_read_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
