// SPDX-License-Identifier: GPL-2.0-only
/* The names in a directory below the root. */
#include "util/directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/file_tree.h"

static void cleanup_closedir(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static int list_tree(const struct root *root, const char *path, struct string_list *names,
		     struct error *err)
{
	_cleanup_string_list_ struct string_list made = { 0 };
	int rc = file_tree_list(root->tree, path, &made);

	if (rc < 0)
		return error_set(err, -rc, "%s/%s: %s", root->path, path, strerror(-rc));
	if (made.count > DIRECTORY_NAMES_MAX)
		return error_set(err, EFBIG, "/%s has more than %u entries", path,
				 DIRECTORY_NAMES_MAX);
	*names = made;
	made = (struct string_list){ 0 };
	return 0;
}

static int list_directory(const struct root *root, const char *path,
			  struct string_list *names, struct error *err)
{
	_cleanup_string_list_ struct string_list made = { 0 };
	_cleanup_close_ int fd = root_openat(root, path, err);
	_cleanup_(cleanup_closedir) DIR *directory = NULL;
	struct dirent *entry;

	if (fd < 0)
		return fd;
	directory = fdopendir(fd);
	if (!directory)
		return error_set(err, errno, "/%s: %s", path, strerror(errno));
	take_fd(fd);
	/* readdir returns NULL at the end and on errors; only errno differs. */
	while (errno = 0, (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		if (made.count == DIRECTORY_NAMES_MAX)
			return error_set(err, EFBIG, "/%s has more than %u entries", path,
					 DIRECTORY_NAMES_MAX);
		if (string_list_add(&made, "%s", entry->d_name) < 0)
			return error_no_memory(err);
	}
	if (errno)
		return error_set(err, errno, "/%s: %s", path, strerror(errno));
	string_list_sort(&made);
	*names = made;
	made = (struct string_list){ 0 };
	return 0;
}

int root_list(const struct root *root, const char *path, struct string_list *names,
	      struct error *err)
{
	if (!root->tree)
		return list_directory(root, path, names, err);
	root_observe(root, path);
	return list_tree(root, path, names, err);
}
