// SPDX-License-Identifier: GPL-2.0-only
/* Trees of files in memory, and roots that read them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "util/directory.h"
#include "util/file_tree.h"
#include "util/io.h"

static void add(struct file_tree *tree, const char *path, const char *text)
{
	assert_int_equal(
		file_tree_add(tree, path, FILE_TREE_FILE, text, strlen(text), NULL), 0);
}

static void add_link(struct file_tree *tree, const char *path, const char *target)
{
	assert_int_equal(
		file_tree_add(tree, path, FILE_TREE_LINK, target, strlen(target), NULL),
		0);
}

static void test_paths(void **state)
{
	static const char *const bad[] = { "",	   "/",		"/etc/passwd", "..",
					   "../x", "a/..",	".",	       "a/./b",
					   "a//b", "a/../../b", "./",	       ".//a" };
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
			file_tree_add(&tree, bad[i], FILE_TREE_FILE, "", 0, NULL),
			-EINVAL);
	assert_int_equal(tree.count, 0);
	add(&tree, "./a", "");
	add(&tree, "...", "");
	add(&tree, "..b", "");
	assert_int_equal(file_tree_add(&tree, "c/", FILE_TREE_DIRECTORY, NULL, 0, NULL),
			 0);
	assert_int_equal(file_tree_sort(&tree, NULL), 0);
	assert_string_equal(tree.entries[2].path, "a");
	assert_string_equal(tree.entries[3].path, "c");
}

static void test_twice(void **state)
{
	_cleanup_file_tree_ struct file_tree twice = { 0 }, both = { 0 }, joined = { 0 };
	int i;

	(void)state;
	add(&twice, "a/b", "1");
	add(&twice, "./a/b", "2");
	assert_int_equal(file_tree_sort(&twice, NULL), -EEXIST);
	/* "a-" sorts between them. */
	add(&both, "a", "1");
	add(&both, "a-", "1");
	add(&both, "a/b", "2");
	assert_int_equal(file_tree_sort(&both, NULL), -EEXIST);
	for (i = 0; i < 3; i++)
		assert_int_equal(
			file_tree_add(&joined, "d", FILE_TREE_DIRECTORY, NULL, 0, NULL),
			0);
	assert_int_equal(file_tree_sort(&joined, NULL), 0);
	assert_int_equal(joined.count, 1);
}

static void make(struct file_tree *tree)
{
	add(tree, "sys/x/a/one", "1");
	add(tree, "sys/x/a-b/two", "22");
	add(tree, "sys/x/a/.hidden", "");
	add_link(tree, "sys/link", "x/a");
	add_link(tree, "sys/x/up", "../../sys/link/one");
	add_link(tree, "out", "../../../sys/x");
	add_link(tree, "absolute", "/sys/x/a/one");
	add_link(tree, "loop", "loop");
	add_link(tree, "sys/x/dangling", "nothing");
	assert_int_equal(file_tree_sort(tree, NULL), 0);
}

static void test_find(void **state)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	const struct file_tree_entry *entry = NULL;
	static const char *const ones[] = { "sys/x/a/one", "sys/link/one",
					    "sys/x/up",	   "out/a/one",
					    "absolute",	   "sys//x/./a/one" };
	size_t i;

	(void)state;
	make(&tree);
	for (i = 0; i < sizeof(ones) / sizeof(ones[0]); i++) {
		assert_int_equal(file_tree_find(&tree, ones[i], true, &entry), 0);
		assert_string_equal(entry->path, "sys/x/a/one");
	}
	assert_int_equal(file_tree_find(&tree, "absolute", false, &entry), 0);
	assert_int_equal(entry->kind, FILE_TREE_LINK);
	assert_int_equal(file_tree_find(&tree, "sys/x", true, &entry), 0);
	assert_null(entry);
	assert_int_equal(file_tree_find(&tree, "", true, &entry), 0);
	assert_int_equal(file_tree_find(&tree, "loop", true, &entry), -ELOOP);
	assert_int_equal(file_tree_find(&tree, "sys/x/dangling", true, &entry), -ENOENT);
	assert_int_equal(file_tree_find(&tree, "sys/x/a/on", true, &entry), -ENOENT);
	assert_int_equal(file_tree_find(&tree, "sy", true, &entry), -ENOENT);
	assert_int_equal(file_tree_bytes(&tree), 3);
}

static void test_root(void **state)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	_cleanup_root_ struct root root = { .fd = -1 };
	_cleanup_string_list_ struct string_list names = { 0 }, linked = { 0 };
	_cleanup_free_ char *text = NULL, *target = NULL;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_close_ int fd = -1;
	struct stat status;
	size_t size = 0;

	(void)state;
	make(&tree);
	assert_int_equal(root_open_tree("m.tar", &tree, &root, &err), 0);
	assert_int_equal(tree.count, 0);
	assert_false(root.live);
	assert_int_equal(root_read_file(&root, "sys/x/a-b/two", 9, &text, &size, &err),
			 0);
	assert_string_equal(text, "22");
	fd = root_openat(&root, "sys/x/a-b/two", &err);
	assert_int_equal(fstat(fd, &status), 0);
	assert_true(S_ISREG(status.st_mode) && status.st_size == 2);
	assert_int_equal(root_list(&root, "sys/x", &names, &err), 0);
	assert_int_equal(names.count, 4);
	assert_string_equal(names.items[0], "a");
	assert_string_equal(names.items[1], "a-b");
	assert_int_equal(root_list(&root, "sys/link", &linked, &err), 0);
	assert_int_equal(linked.count, 1);
	assert_string_equal(linked.items[0], "one");
	assert_int_equal(root_read_link(&root, "sys/link", &target), 0);
	assert_string_equal(target, "x/a");
	assert_int_equal(root_read_link(&root, "sys/x/a/one", &target), -EINVAL);
	assert_true(root_exists(&root, "sys/x"));
	assert_false(root_exists(&root, "sys/y"));
	assert_int_equal(root_openat(&root, "sys/y", &err), -ENOENT);
	assert_string_equal(err.message, "m.tar/sys/y: No such file or directory");
	assert_int_equal(root_openat(&root, "sys/x", &err), -EISDIR);
	assert_int_equal(root_list(&root, "sys/x/a/one", &names, &err), -ENOTDIR);
}

static void strip(struct file_tree *tree, const char *first, size_t count)
{
	assert_int_equal(file_tree_sort(tree, NULL), 0);
	file_tree_strip_top(tree);
	assert_int_equal(tree->count, count);
	assert_string_equal(tree->entries[0].path, first);
	file_tree_clear(tree);
}

static void test_strip_top(void **state)
{
	struct file_tree tree = { 0 };

	(void)state;
	assert_int_equal(file_tree_add(&tree, "top", FILE_TREE_DIRECTORY, NULL, 0, NULL),
			 0);
	add(&tree, "top/proc/iomem", "");
	add(&tree, "top/sys/x", "");
	strip(&tree, "proc/iomem", 2);
	add(&tree, "proc/iomem", "");
	strip(&tree, "proc/iomem", 1);
	add(&tree, "sys/iomem", "");
	strip(&tree, "sys/iomem", 1);
	add(&tree, "a/proc/iomem", "");
	add(&tree, "b/sys/x", "");
	strip(&tree, "a/proc/iomem", 2);
	add(&tree, "top", "a file");
	strip(&tree, "top", 1);
}

/* An observer is told every path, whether it is there or not, in their order. */
static void note(void *context, const char *path)
{
	string_list_add(context, "%s", path);
}

static void test_observer(void **state)
{
	_cleanup_string_list_ struct string_list seen = { 0 }, names = { 0 };
	struct root_observer observer = { note, NULL, &seen };
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	_cleanup_root_ struct root root = { .fd = -1 };
	_cleanup_free_ char *target = NULL;
	uint64_t value;

	(void)state;
	make(&tree);
	assert_int_equal(root_open_tree("m.tar", &tree, &root, NULL), 0);
	root.observer = &observer;
	assert_true(root_exists(&root, "sys/x"));
	assert_int_equal(root_readf_u64(&root, &value, NULL, "no/%s", "file"), -ENOENT);
	assert_int_equal(root_list(&root, "sys/link", &names, NULL), 0);
	assert_int_equal(root_read_link(&root, "out", &target), 0);
	assert_int_equal(seen.count, 4);
	assert_string_equal(seen.items[0], "sys/x");
	assert_string_equal(seen.items[1], "no/file");
	assert_string_equal(seen.items[2], "sys/link");
	assert_string_equal(seen.items[3], "out");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),	  cmocka_unit_test(test_twice),
		cmocka_unit_test(test_find),	  cmocka_unit_test(test_root),
		cmocka_unit_test(test_strip_top), cmocka_unit_test(test_observer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
