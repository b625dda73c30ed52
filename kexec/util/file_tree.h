/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files, directories and symbolic links in memory: what an archive holds that --sysroot
 * reads, and what a record collects before it is written.
 */
#ifndef KEXEC_FILE_TREE_H
#define KEXEC_FILE_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/strings.h"

/* More entries than any recorded machine has: a large one has some thousands. */
#define FILE_TREE_ENTRIES_MAX 65536u

enum file_tree_kind {
	FILE_TREE_DIRECTORY,
	FILE_TREE_FILE,
	FILE_TREE_LINK, /* symbolic; data is the target, with a NUL behind it */
};

struct file_tree_entry {
	char *path; /* relative, without "." and ".."; owned */
	enum file_tree_kind kind;
	uint8_t *data; /* owned; NULL for a directory */
	size_t size;   /* bytes, of a link without the NUL */
};

/* { 0 } is the empty tree. */
struct file_tree {
	struct file_tree_entry *entries; /* sorted after file_tree_sort */
	size_t count, room;
};

/* Frees everything. */
void file_tree_clear(struct file_tree *tree);

#define _cleanup_file_tree_ _cleanup_(file_tree_clear)

/*
 * Adds an entry with a copy of size bytes of data. The path may begin with "./" and end
 * with "/". Returns 0; -EINVAL for an empty or absolute path, or one with "..", "." or
 * nothing as a component; -EFBIG beyond FILE_TREE_ENTRIES_MAX; -ENOMEM.
 */
__must_check int file_tree_add(struct file_tree *tree, const char *path,
			       enum file_tree_kind kind, const void *data, size_t size,
			       struct error *err);

/*
 * Sorts the entries, which all functions below need. Directories of one path are joined.
 * -EEXIST if a path occurs twice otherwise, or a file is the directory of another entry.
 */
__must_check int file_tree_sort(struct file_tree *tree, struct error *err);

/*
 * If all entries lie in one directory that is not "proc" or "sys", as in an archive of a
 * directory, takes that directory away. The tree must be sorted, and stays so.
 */
void file_tree_strip_top(struct file_tree *tree);

/* Returns the entry of exactly that path, or NULL; no link is followed. */
const struct file_tree_entry *file_tree_exact(const struct file_tree *tree,
					      const char *path);

/*
 * Looks a path up; symbolic links before its last component are followed within the tree,
 * the last one only if follow. Returns 0 and sets *entry, to NULL for a directory that is
 * there only because of the entries in it; -ENOENT, -ENOTDIR, -ELOOP or -ENOMEM.
 */
__must_check int file_tree_find(const struct file_tree *tree, const char *path,
				bool follow, const struct file_tree_entry **entry);

/*
 * Appends the names in a directory in the order of strcmp, without those that begin with
 * a dot. Returns 0, or the errors of file_tree_find.
 */
__must_check int file_tree_list(const struct file_tree *tree, const char *path,
				struct string_list *names);

/* The bytes of all files. */
uint64_t file_tree_bytes(const struct file_tree *tree);

#endif
