// SPDX-License-Identifier: GPL-2.0-only
/* Tar archives: every path that is kept can be found, and none leads out of the tree. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "archive/tar_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(const char *path)
{
	if (!*path || *path == '/' || strstr(path, "//") || starts_with(path, "../") ||
	    strstr(path, "/../") || !strcmp(path, ".."))
		abort();
}

/* Also follows links, and lists what is a directory. */
static void look_up(const struct file_tree *tree, const char *path)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	const struct file_tree_entry *entry = NULL;
	int rc;

	if (file_tree_find(tree, path, false, &entry) < 0 || !entry)
		abort();
	rc = file_tree_find(tree, path, true, &entry);
	if (rc && rc != -ENOENT && rc != -ELOOP)
		abort();
	if (file_tree_list(tree, path, &names) && names.count)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	_cleanup_error_ struct error err = { 0 };
	int rc = tar_read((struct bytes){ data, size }, &tree, &err);
	size_t i;

	if (rc < 0) {
		if (!err.message)
			abort();
		return 0;
	}
	file_tree_strip_top(&tree);
	for (i = 0; i < tree.count; i++) {
		check_path(tree.entries[i].path);
		look_up(&tree, tree.entries[i].path);
		if (i && strcmp(tree.entries[i - 1].path, tree.entries[i].path) >= 0)
			abort();
	}
	return 0;
}
