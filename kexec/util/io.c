// SPDX-License-Identifier: GPL-2.0-only
/* Reading small files below a root directory, and complete reads and writes. */
#include "util/io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "util/file_tree.h"
#include "util/strings.h"

/* Since Linux 6.3 (include/uapi/linux/memfd.h); older headers lack it. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008u
#endif

int root_open(const char *path, struct root *root, struct error *err)
{
	_cleanup_free_ char *copy = strdup(path ? path : "/");
	int fd;

	if (!copy)
		return error_no_memory(err);
	fd = open(copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "--sysroot=%s: %s", copy, strerror(errno));
	*root = (struct root){ .fd = fd, .path = take_pointer(copy), .live = !path };
	return 0;
}

int root_open_tree(const char *path, struct file_tree *tree, struct root *root,
		   struct error *err)
{
	_cleanup_free_ char *copy = strdup(path);
	struct file_tree *owned = malloc(sizeof(*owned));

	if (!copy || !owned) {
		free(owned);
		file_tree_clear(tree);
		return error_no_memory(err);
	}
	*owned = *tree;
	*tree = (struct file_tree){ 0 };
	*root = (struct root){ .fd = -1, .path = take_pointer(copy), .tree = owned };
	return 0;
}

void root_close(struct root *root)
{
	if (root->path) {
		cleanup_close(&root->fd);
		free(root->path);
	}
	if (root->tree) {
		file_tree_clear(root->tree);
		free(root->tree);
	}
	*root = (struct root){ .fd = -1 };
}

void root_observe(const struct root *root, const char *path)
{
	if (root->observer)
		root->observer->path(root->observer->context, path);
}

/*
 * Opens a copy of an archive's file in a memory file, so that callers have a file
 * descriptor as of any other file. Directories are for root_list only.
 */
static int open_in_tree(const struct file_tree *tree, const char *path)
{
	const struct file_tree_entry *entry = NULL;
	_cleanup_close_ int fd = -1;
	int rc = file_tree_find(tree, path, true, &entry);

	if (rc < 0)
		return rc;
	if (!entry || entry->kind == FILE_TREE_DIRECTORY)
		return -EISDIR;
	fd = memory_file_create("sysroot");
	if (fd < 0)
		return fd;
	rc = write_all(fd, entry->data, entry->size);
	if (rc < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return rc < 0 ? rc : -errno;
	return take_fd(fd);
}

static int open_below(const struct root *root, const char *path, uint64_t flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC };
	long fd;

	if (root->live) {
		/* Not openat2, which seccomp filters and old kernels may refuse. */
		fd = openat(root->fd, path, (int)how.flags);
		return fd < 0 ? -errno : (int)fd;
	}
	how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
	fd = syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
	return fd < 0 ? -errno : (int)fd;
}

int root_openat(const struct root *root, const char *path, struct error *err)
{
	int fd;

	root_observe(root, path);
	fd = root->tree ? open_in_tree(root->tree, path)
			: open_below(root, path, O_RDONLY);
	if (fd < 0)
		return error_set(err, -fd, "%s%s%s: %s", root->path,
				 root->live ? "" : "/", path, strerror(-fd));
	return fd;
}

/* The path "" means the link that fd was opened for (O_PATH). */
static int read_link_at(int fd, const char *path, char **target)
{
	_cleanup_free_ char *text = NULL;
	size_t room = 128;
	ssize_t length;

	do {
		room *= 2;
		free(text);
		text = malloc(room);
		if (!text)
			return -ENOMEM;
		length = readlinkat(fd, path, text, room);
		if (length < 0)
			return -errno;
	} while ((size_t)length >= room);
	text[length] = '\0';
	*target = take_pointer(text);
	return 0;
}

int root_read_link(const struct root *root, const char *path, char **target)
{
	const struct file_tree_entry *entry = NULL;
	_cleanup_close_ int fd = -1;
	int rc;

	root_observe(root, path);
	if (!root->tree) {
		fd = open_below(root, path, O_PATH | O_NOFOLLOW);
		return fd < 0 ? fd : read_link_at(fd, "", target);
	}
	rc = file_tree_find(root->tree, path, false, &entry);
	if (rc < 0)
		return rc;
	if (!entry || entry->kind != FILE_TREE_LINK)
		return -EINVAL;
	*target = strdup((const char *)entry->data);
	return *target ? 0 : -ENOMEM;
}

char *open_file_path(int fd)
{
	_cleanup_free_ char *link = NULL;
	char *target;

	if (asprintf(&link, "/proc/self/fd/%d", fd) < 0) {
		link = NULL;
		return NULL;
	}
	return read_link_at(AT_FDCWD, link, &target) < 0 ? NULL : target;
}

bool root_exists(const struct root *root, const char *path)
{
	const struct file_tree_entry *entry;
	_cleanup_close_ int fd = -1;

	root_observe(root, path);
	if (root->tree)
		return !file_tree_find(root->tree, path, true, &entry);
	fd = open_below(root, path, O_PATH);
	return fd >= 0;
}

int root_read_file(const struct root *root, const char *path, size_t limit, char **data,
		   size_t *size, struct error *err)
{
	_cleanup_close_ int fd = root_openat(root, path, err);
	_cleanup_free_ char *buffer = NULL;
	size_t used = 0, room = 0;
	ssize_t got;

	if (fd < 0)
		return fd;
	do {
		if (room - used < 2) {
			char *larger = realloc(buffer, room ? room * 2 : 4096);

			if (!larger)
				return error_no_memory(err);
			buffer = larger;
			room = room ? room * 2 : 4096;
		}
		got = read(fd, buffer + used, room - used - 1);
		if (got < 0 && errno != EINTR)
			return error_set(err, errno, "cannot read /%s: %s", path,
					 strerror(errno));
		if (got > 0)
			used += (size_t)got;
		if (used > limit)
			return error_set(err, EFBIG, "/%s is longer than %zu bytes", path,
					 limit);
	} while (got);
	buffer[used] = '\0';
	*data = take_pointer(buffer);
	if (size)
		*size = used;
	return 0;
}

/* True if the text can be in a message: no control characters, and short. */
static bool is_printable(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (i == 64 || text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

int root_read_u64(const struct root *root, const char *path, uint64_t *value,
		  struct error *err)
{
	_cleanup_free_ char *text = NULL;
	int rc = root_read_file(root, path, 4096, &text, NULL, err);

	if (rc < 0)
		return rc;
	text[strcspn(text, "\n")] = '\0';
	rc = parse_u64(text, value);
	if (rc < 0 && is_printable(text))
		return error_set(err, -rc, "/%s holds \"%s\", which is not a number",
				 path, text);
	if (rc < 0)
		return error_set(err, -rc, "/%s holds something that is not a number",
				 path);
	return 0;
}

/* Puts a path together. Returns 0 or -ENOMEM. */
static int make_path(char **path, struct error *err, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static int make_path(char **path, struct error *err, const char *format, va_list args)
{
	if (vasprintf(path, format, args) >= 0)
		return 0;
	*path = NULL;
	return error_no_memory(err);
}

int root_openf(const struct root *root, struct error *err, const char *format, ...)
{
	_cleanup_free_ char *path = NULL;
	va_list args;
	int rc;

	va_start(args, format);
	rc = make_path(&path, err, format, args);
	va_end(args);
	return rc < 0 ? rc : root_openat(root, path, err);
}

bool root_existsf(const struct root *root, const char *format, ...)
{
	_cleanup_free_ char *path = NULL;
	va_list args;
	int rc;

	va_start(args, format);
	rc = make_path(&path, NULL, format, args);
	va_end(args);
	return !rc && root_exists(root, path);
}

int root_readf_file(const struct root *root, size_t limit, char **data, size_t *size,
		    struct error *err, const char *format, ...)
{
	_cleanup_free_ char *path = NULL;
	va_list args;
	int rc;

	va_start(args, format);
	rc = make_path(&path, err, format, args);
	va_end(args);
	return rc < 0 ? rc : root_read_file(root, path, limit, data, size, err);
}

int root_readf_u64(const struct root *root, uint64_t *value, struct error *err,
		   const char *format, ...)
{
	_cleanup_free_ char *path = NULL;
	va_list args;
	int rc;

	va_start(args, format);
	rc = make_path(&path, err, format, args);
	va_end(args);
	return rc < 0 ? rc : root_read_u64(root, path, value, err);
}

int read_exactly(int fd, void *buffer, size_t size, uint64_t offset)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, (char *)buffer + done, size - done,
				    (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return -EIO;
		done += (size_t)got;
	}
	return 0;
}

int memory_file_create(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	/* Linux before 6.3 does not know the flag. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int write_all(int fd, const void *buffer, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t put = write(fd, (const char *)buffer + done, size - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		done += (size_t)put;
	}
	return 0;
}
