/* SPDX-License-Identifier: GPL-2.0-only */
/* A directory with files of /proc and /sys, for the tests that read a machine. */
#ifndef TESTS_TREE_H
#define TESTS_TREE_H

#include <stddef.h>

#include "util/io.h"

struct tree {
	char path[64];
	struct root root;
};

/* Makes an empty tree in $TMPDIR or /tmp and opens it as a root. Aborts on failure. */
void tree_make(struct tree *tree);
void tree_delete(struct tree *tree);

/* Writes a file and the directories above it; path is relative to the tree. */
void tree_write(struct tree *tree, const char *path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void tree_write_bytes(struct tree *tree, const char *path, const void *data, size_t size);

/* Makes an empty directory. */
void tree_mkdir(struct tree *tree, const char *path);

/* Deletes a file, or a directory and what is below it. */
void tree_remove(struct tree *tree, const char *path);

#define _cleanup_tree_ _cleanup_(tree_delete)

#endif
