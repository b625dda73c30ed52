// SPDX-License-Identifier: GPL-2.0-only
/* Files, directories and symbolic links in memory. */
#include "util/file_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* As many links as Linux follows in one path. */
#define LINKS_MAX 40u

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

/* Returns the entry of exactly that path, or NULL. */
static const struct file_tree_entry *exact(const struct file_tree *tree, const char *path)
{
	size_t at = lower_bound(tree, path);

	return at < tree->count && !strcmp(tree->entries[at].path, path)
		       ? &tree->entries[at]
		       : NULL;
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
		entry = exact(tree, parent);
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
		entry = exact(tree, path);
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
	found = exact(tree, resolved);
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

uint64_t file_tree_bytes(const struct file_tree *tree)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < tree->count; i++)
		if (tree->entries[i].kind == FILE_TREE_FILE)
			bytes += tree->entries[i].size;
	return bytes;
}
