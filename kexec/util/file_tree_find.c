// SPDX-License-Identifier: GPL-2.0-only
/* Finding paths in a tree of files in memory, through its symbolic links. */
#include "util/file_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* As many links as Linux follows in one path. */
#define LINKS_MAX 40u

/* The first entry whose path is not less than path. */
static size_t lower_bound(const struct file_tree *tree, const char *path)
{
	size_t low = 0, high = tree->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(tree->entries[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct file_tree_entry *file_tree_exact(const struct file_tree *tree,
					      const char *path)
{
	size_t at = lower_bound(tree, path);

	return at < tree->count && !strcmp(tree->entries[at].path, path)
		       ? &tree->entries[at]
		       : NULL;
}

/* True if there are entries below the directory path. */
static bool has_entries(const struct file_tree *tree, const char *path)
{
	_cleanup_free_ char *prefix = NULL;
	size_t at;

	if (asprintf(&prefix, "%s/", path) < 0) {
		prefix = NULL;
		return false;
	}
	at = lower_bound(tree, prefix);
	return at < tree->count && starts_with(tree->entries[at].path, prefix);
}

/*
 * Puts a link's target in place of the last component of base, and rest behind it; ".."
 * never leads out of the tree, as with RESOLVE_IN_ROOT. NULL without memory.
 */
static char *follow_link(const char *base, const char *target, const char *rest)
{
	size_t used = 0;
	_cleanup_free_ char *joined = NULL;
	char *result, *part, *next;

	if (*target != '/' && strrchr(base, '/'))
		used = (size_t)(strrchr(base, '/') - base);
	if (asprintf(&joined, "%.*s/%s/%s", (int)used, base, target, rest) < 0) {
		joined = NULL;
		return NULL;
	}
	result = calloc(1, strlen(joined) + 1);
	if (!result)
		return NULL;
	next = joined;
	while ((part = strsep(&next, "/"))) {
		if (!*part || !strcmp(part, "."))
			continue;
		if (!strcmp(part, "..")) {
			char *slash = strrchr(result, '/');

			*(slash ? slash : result) = '\0';
			continue;
		}
		if (*result)
			strcat(result, "/");
		strcat(result, part);
	}
	return result;
}

/*
 * The first link in the path before its end, or at its end if follow. Returns it, and
 * sets *length to the bytes of the path up to and with it.
 */
static const struct file_tree_entry *first_link(const struct file_tree *tree, char *path,
						bool follow, size_t *length)
{
	char *slash = path;

	for (;;) {
		const struct file_tree_entry *entry;

		slash = strchr(slash + 1, '/');
		if (!slash && !follow)
			return NULL;
		if (slash)
			*slash = '\0';
		entry = file_tree_exact(tree, path);
		*length = strlen(path);
		if (slash)
			*slash = '/';
		if (entry && entry->kind == FILE_TREE_LINK)
			return entry;
		if (!slash)
			return NULL;
	}
}

/* Sets *resolved, which the caller frees, to the path without links. */
static int resolve(const struct file_tree *tree, const char *path, bool follow,
		   char **resolved)
{
	_cleanup_free_ char *now = follow_link("", path, "");
	const struct file_tree_entry *link;
	unsigned links = 0;
	size_t length = 0;

	while (now && *now && (link = first_link(tree, now, follow, &length))) {
		char *next;

		if (links++ == LINKS_MAX)
			return -ELOOP;
		next = follow_link(link->path, (const char *)link->data, now + length);
		free(now);
		now = next;
	}
	if (!now)
		return -ENOMEM;
	*resolved = take_pointer(now);
	return 0;
}

int file_tree_find(const struct file_tree *tree, const char *path, bool follow,
		   const struct file_tree_entry **entry)
{
	_cleanup_free_ char *resolved = NULL;
	const struct file_tree_entry *found;
	int rc = resolve(tree, path, follow, &resolved);

	if (rc < 0)
		return rc;
	found = file_tree_exact(tree, resolved);
	if (!found && *resolved && !has_entries(tree, resolved))
		return -ENOENT;
	*entry = found;
	return 0;
}

int file_tree_list(const struct file_tree *tree, const char *path,
		   struct string_list *names)
{
	const struct file_tree_entry *entry = NULL;
	_cleanup_free_ char *resolved = NULL;
	int rc = file_tree_find(tree, path, true, &entry);
	size_t i, length;

	if (!rc && entry && entry->kind != FILE_TREE_DIRECTORY)
		rc = -ENOTDIR;
	if (!rc)
		rc = resolve(tree, path, true, &resolved);
	if (rc < 0)
		return rc;
	length = strlen(resolved);
	for (i = 0; i < tree->count; i++) {
		const char *name = tree->entries[i].path;

		if (length && (strncmp(name, resolved, length) || name[length] != '/'))
			continue;
		name += length ? length + 1 : 0;
		if (*name != '.' &&
		    string_list_add(names, "%.*s", (int)strcspn(name, "/"), name) < 0)
			return -ENOMEM;
	}
	string_list_sort(names);
	return 0;
}
