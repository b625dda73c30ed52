// SPDX-License-Identifier: GPL-2.0-only
/* Writes a record, as a directory or as an archive: whole, or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "archive/tar_write.h"
#include "recording/recording_internal.h"

/* The name of the top directory in an archive with a very long name. */
#define TOP_BYTES_MAX 64u

static bool ends_with(const char *text, const char *ending)
{
	size_t length = strlen(text), size = strlen(ending);

	return length > size && !strcmp(text + length - size, ending);
}

static bool is_archive(const char *path)
{
	return ends_with(path, ".tar.gz") || ends_with(path, ".tgz");
}

static int failed(struct error *err, int number, const char *path)
{
	return error_set(err, number, "--record=%s: %s", path, strerror(number));
}

int recording_require_absent(const char *path, struct error *err)
{
	static const char *const others[] = {
		".tar", ".xz", ".zst", ".bz2", ".gz", ".zip"
	};
	struct stat status;
	size_t i;

	if (!*path)
		return error_set(
			err, EINVAL,
			"--record needs the name of a directory to make, or of a "
			"file that ends with .tar.gz");
	for (i = 0; i < sizeof(others) / sizeof(others[0]) && !is_archive(path); i++)
		if (ends_with(path, others[i]))
			return error_set(err, EINVAL,
					 "--record=%s: a record is a directory or an "
					 "archive whose name ends with .tar.gz",
					 path);
	if (!lstat(path, &status))
		return error_set(err, EEXIST,
				 "--record=%s: it exists already, and a record does not "
				 "replace anything; use another name",
				 path);
	return errno == ENOENT ? 0 : failed(err, errno, path);
}

/* Returns the file name without .tar.gz, to be freed; NULL without memory. */
static char *top_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t length = strlen(name) - (ends_with(name, ".tgz") ? 4 : 7);

	/* A reader takes the top directory away, unless it has one of these names. */
	if (!length || length > TOP_BYTES_MAX || *name == '.' ||
	    (length == 4 && !strncmp(name, "proc", 4)) ||
	    (length == 3 && !strncmp(name, "sys", 3)))
		return strdup("record");
	return strndup(name, length);
}

/* Opens the directory of path. */
static int open_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent = slash ? strndup(path, (size_t)(slash - path) + 1)
					    : strdup(".");
	int fd;

	if (!parent)
		return -ENOMEM;
	fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Gives a file without a name its name. */
static int name_file(int fd, const char *path)
{
	_cleanup_free_ char *link = NULL;

	if (asprintf(&link, "/proc/self/fd/%d", fd) < 0) {
		link = NULL;
		return -ENOMEM;
	}
	return linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

static int write_archive(const struct file_tree *tree, const char *path,
			 struct error *err)
{
	_cleanup_free_ char *top = top_name(path);
	_cleanup_close_ int parent = open_parent(path), fd = -1;
	bool named = false;
	int rc;

	if (!top)
		return error_no_memory(err);
	if (parent < 0)
		return failed(err, -parent, path);
	/* A file without a name vanishes if anything fails. Some file systems cannot. */
	fd = openat(parent, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0) {
		named = true;
		fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	}
	if (fd < 0)
		return failed(err, errno, path);
	rc = tar_write_gzip(fd, tree, top, (uint64_t)time(NULL), err);
	if (rc < 0)
		error_wrap(err, "--record=%s", path);
	else if (!named && (rc = name_file(fd, path)) < 0)
		failed(err, -rc, path);
	if (rc < 0 && named)
		unlink(path);
	return rc;
}

/* Makes the directories of path that are missing; it lies below the directory. */
static int make_parents(int directory, const char *path)
{
	_cleanup_free_ char *parent = strdup(path);
	char *slash = parent;

	if (!parent)
		return -ENOMEM;
	while ((slash = strchr(slash, '/'))) {
		*slash = '\0';
		if (mkdirat(directory, parent, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash++ = '/';
	}
	return 0;
}

static int write_entry(int directory, const struct file_tree_entry *entry)
{
	_cleanup_close_ int fd = -1;
	int rc = make_parents(directory, entry->path);

	if (rc < 0)
		return rc;
	switch (entry->kind) {
	case FILE_TREE_DIRECTORY:
		rc = mkdirat(directory, entry->path, 0700);
		return rc < 0 && errno != EEXIST ? -errno : 0;
	case FILE_TREE_LINK:
		rc = symlinkat((const char *)entry->data, directory, entry->path);
		return rc < 0 ? -errno : 0;
	case FILE_TREE_FILE:
		break;
	}
	fd = openat(directory, entry->path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
		    0600);
	return fd < 0 ? -errno : write_all(fd, entry->data, entry->size);
}

static int write_entries(const struct file_tree *tree, const char *path)
{
	_cleanup_close_ int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = directory < 0 ? -errno : 0;
	size_t i;

	for (i = 0; i < tree->count && !rc; i++)
		rc = write_entry(directory, &tree->entries[i]);
	return rc;
}

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	remove(path);
	return 0;
}

/* A directory with another name gets its own when it is complete. */
static int write_directory(const struct file_tree *tree, const char *path,
			   struct error *err)
{
	_cleanup_free_ char *unfinished = NULL;
	int rc;

	if (asprintf(&unfinished, "%s.XXXXXX", path) < 0) {
		unfinished = NULL;
		return error_no_memory(err);
	}
	if (!mkdtemp(unfinished))
		return failed(err, errno, path);
	rc = write_entries(tree, unfinished);
	/*
	 * The path was absent a moment ago. If it is there now, it stays, unless it is an
	 * empty directory.
	 */
	if (!rc && rename(unfinished, path) < 0)
		rc = -errno;
	if (!rc)
		return 0;
	nftw(unfinished, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return failed(err, -rc, path);
}

int recording_write(const struct file_tree *tree, const char *path, struct error *err)
{
	_cleanup_free_ char *clean = strdup(path);
	sigset_t held, before;
	size_t length;
	int rc;

	if (!clean)
		return error_no_memory(err);
	for (length = strlen(clean); length > 1 && clean[length - 1] == '/';)
		clean[--length] = '\0';
	/* A signal ends the program before or after the record, which takes no time. */
	sigemptyset(&held);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, &before);
	rc = is_archive(clean) ? write_archive(tree, clean, err)
			       : write_directory(tree, clean, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}
