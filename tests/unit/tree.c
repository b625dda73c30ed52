// SPDX-License-Identifier: GPL-2.0-only
/* A directory with files of /proc and /sys, read like a machine. */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* If a test cannot write its own files, its result means nothing: stop. */
static void must(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	abort();
}

void tree_make(struct tree *tree)
{
	const char *directory = getenv("TMPDIR");
	int length = snprintf(tree->path, sizeof(tree->path), "%s/kexec-test-XXXXXX",
			      directory ? directory : "/tmp");

	must(length > 0 && (size_t)length < sizeof(tree->path), "TMPDIR is too long");
	must(mkdtemp(tree->path) != NULL, tree->path);
	must(!root_open(tree->path, &tree->root, NULL), tree->path);
}

static int remove_one(const char *path, const struct stat *status, int flag,
		      struct FTW *where)
{
	(void)status;
	(void)flag;
	(void)where;
	return remove(path);
}

void tree_delete(struct tree *tree)
{
	root_close(&tree->root);
	nftw(tree->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static char *make_path(struct tree *tree, const char *path)
{
	char *full, *slash;

	must(asprintf(&full, "%s/%s", tree->path, path) >= 0, path);
	for (slash = full + strlen(tree->path) + 1; (slash = strchr(slash, '/'));
	     slash++) {
		*slash = '\0';
		must(!mkdir(full, 0777) || errno == EEXIST, full);
		*slash = '/';
	}
	return full;
}

void tree_write_bytes(struct tree *tree, const char *path, const void *data, size_t size)
{
	_cleanup_free_ char *full = make_path(tree, path);
	_cleanup_close_ int fd =
		open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	must(fd >= 0, full);
	must(!write_all(fd, data, size), full);
}

void tree_write(struct tree *tree, const char *path, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	must(vasprintf(&text, format, args) >= 0, path);
	va_end(args);
	tree_write_bytes(tree, path, text, strlen(text));
}

void tree_mkdir(struct tree *tree, const char *path)
{
	_cleanup_free_ char *full = make_path(tree, path);

	must(!mkdir(full, 0777) || errno == EEXIST, full);
}

void tree_remove(struct tree *tree, const char *path)
{
	_cleanup_free_ char *full = make_path(tree, path);

	nftw(full, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
