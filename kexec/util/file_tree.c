// SPDX-License-Identifier: GPL-2.0-only
/* Files, directories and symbolic links in memory: collecting them. */
#include "util/file_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void clear_entry(struct file_tree_entry *entry)
{
	free(entry->path);
	free(entry->data);
}

void file_tree_clear(struct file_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->count; i++)
		clear_entry(&tree->entries[i]);
	free(tree->entries);
	*tree = (struct file_tree){ 0 };
}

/*
 * Copies a path without "./" at its start and "/" at its end. Returns NULL without
 * memory, or with *valid false.
 */
static char *clean_path(const char *path, bool *valid)
{
	const char *part;
	size_t length;
	char *copy;

	while (starts_with(path, "./"))
		path += 2;
	length = strlen(path);
	while (length && path[length - 1] == '/')
		length--;
	copy = strndup(path, length);
	if (!copy)
		return NULL;
	*valid = length && *copy != '/';
	for (part = copy; *valid && part; part = strchr(part, '/')) {
		size_t size;

		part += *part == '/';
		size = strcspn(part, "/");
		*valid = size && !(size == 1 && part[0] == '.') &&
			 !(size == 2 && part[0] == '.' && part[1] == '.');
	}
	return copy;
}

static int make_room(struct file_tree *tree)
{
	size_t room = tree->room ? 2 * tree->room : 64;
	struct file_tree_entry *larger;

	if (tree->count < tree->room)
		return 0;
	larger = reallocarray(tree->entries, room, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	tree->entries = larger;
	tree->room = room;
	return 0;
}

int file_tree_add(struct file_tree *tree, const char *path, enum file_tree_kind kind,
		  const void *data, size_t size, struct error *err)
{
	bool valid = false;
	_cleanup_free_ char *clean = clean_path(path, &valid);
	_cleanup_free_ uint8_t *copy = NULL;

	if (!clean)
		return error_no_memory(err);
	if (!valid)
		return error_set(err, EINVAL,
				 "it has an entry whose path is absolute, empty or has "
				 "\"..\" in it");
	if (tree->count == FILE_TREE_ENTRIES_MAX)
		return error_set(err, EFBIG, "it has more than %u entries",
				 FILE_TREE_ENTRIES_MAX);
	if (kind != FILE_TREE_DIRECTORY) {
		copy = malloc(size + 1);
		if (!copy)
			return error_no_memory(err);
		if (size)
			memcpy(copy, data, size);
		copy[size] = '\0';
	}
	if (make_room(tree) < 0)
		return error_no_memory(err);
	tree->entries[tree->count++] =
		(struct file_tree_entry){ take_pointer(clean), kind, take_pointer(copy),
					  kind == FILE_TREE_DIRECTORY ? 0 : size };
	return 0;
}

static int by_path(const void *a, const void *b)
{
	const struct file_tree_entry *left = a, *right = b;

	return strcmp(left->path, right->path);
}

/* Joins directories of one path. */
static void join_directories(struct file_tree *tree)
{
	size_t kept = 0, i;

	for (i = 0; i < tree->count; i++) {
		struct file_tree_entry *last = kept ? &tree->entries[kept - 1] : NULL;

		if (last && !strcmp(last->path, tree->entries[i].path) &&
		    last->kind == FILE_TREE_DIRECTORY &&
		    tree->entries[i].kind == FILE_TREE_DIRECTORY)
			clear_entry(&tree->entries[i]);
		else
			tree->entries[kept++] = tree->entries[i];
	}
	tree->count = kept;
}

/* -EEXIST if an entry that is not a directory has others in it. */
static int require_directories(const struct file_tree *tree, const char *path,
			       struct error *err)
{
	_cleanup_free_ char *parent = strdup(path);
	char *slash;

	if (!parent)
		return error_no_memory(err);
	while ((slash = strrchr(parent, '/'))) {
		const struct file_tree_entry *entry;

		*slash = '\0';
		entry = file_tree_exact(tree, parent);
		if (entry && entry->kind != FILE_TREE_DIRECTORY)
			return error_set(
				err, EEXIST,
				"it has an entry that is a file and a directory");
	}
	return 0;
}

int file_tree_sort(struct file_tree *tree, struct error *err)
{
	size_t i;
	int rc = 0;

	if (tree->count)
		qsort(tree->entries, tree->count, sizeof(*tree->entries), by_path);
	join_directories(tree);
	for (i = 1; i < tree->count; i++)
		if (!strcmp(tree->entries[i - 1].path, tree->entries[i].path))
			return error_set(err, EEXIST, "it has two entries of one name");
	for (i = 0; i < tree->count && !rc; i++)
		rc = require_directories(tree, tree->entries[i].path, err);
	return rc;
}

void file_tree_strip_top(struct file_tree *tree)
{
	const char *first = tree->count ? tree->entries[0].path : "";
	size_t length = strcspn(first, "/"), i, kept = 0;

	if (!length || (length == 4 && starts_with(first, "proc")) ||
	    (length == 3 && starts_with(first, "sys")))
		return;
	for (i = 0; i < tree->count; i++) {
		const struct file_tree_entry *entry = &tree->entries[i];

		if (strncmp(entry->path, first, length) ||
		    (entry->path[length] != '/' &&
		     (entry->path[length] || entry->kind != FILE_TREE_DIRECTORY)))
			return;
	}
	for (i = 0; i < tree->count; i++) {
		struct file_tree_entry entry = tree->entries[i];

		if (!entry.path[length]) {
			clear_entry(&entry);
			continue;
		}
		memmove(entry.path, entry.path + length + 1,
			strlen(entry.path + length + 1) + 1);
		tree->entries[kept++] = entry;
	}
	tree->count = kept;
}

uint64_t file_tree_bytes(const struct file_tree *tree)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < tree->count; i++)
		if (tree->entries[i].kind == FILE_TREE_FILE)
			bytes += tree->entries[i].size;
	return bytes;
}
