/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading small files below a root directory. The root is "/" on the live machine and,
 * with --sysroot, the directory or the archive of a recorded one; nothing else in the
 * program opens a path of /proc or /sys.
 */
#ifndef KEXEC_UTIL_IO_H
#define KEXEC_UTIL_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/cleanup.h"
#include "util/error.h"

struct file_tree;

/* Learns what is read, for a record of the machine (recording/). */
struct root_observer {
	/* A path that was opened, listed or asked for, whether it is there or not. */
	void (*path)(void *context, const char *path);
	/*
	 * Physical memory that was read (memory/physical_memory.h): size bytes, or NULL
	 * and the reason why they could not be read.
	 */
	void (*memory)(void *context, uint64_t address, const void *data, size_t size,
		       const char *reason);
	void *context;
};

struct root {
	int fd;			/* directory, -1 while closed and for an archive */
	char *path;		/* as given, "/" for the live machine; owned */
	bool live;		/* this machine itself, not a recorded one */
	struct file_tree *tree; /* an archive's files, in memory; owned; or NULL */
	const struct root_observer *observer; /* or NULL */
};

/* Opens a root; path NULL means the live machine. Errors name --sysroot. */
__must_check int root_open(const char *path, struct root *root, struct error *err);

/*
 * Makes a root of the files in memory: "/" is the tree's top. Takes *tree, which then is
 * empty, also on error. path names it in messages. Returns 0 or -ENOMEM.
 */
__must_check int root_open_tree(const char *path, struct file_tree *tree,
				struct root *root, struct error *err);

/* Closes the root, unless it is closed already. */
void root_close(struct root *root);

#define _cleanup_root_ _cleanup_(root_close)

/*
 * Opens path (relative, no leading slash) below the root, read-only and close-on-exec.
 * A recorded machine's symbolic links cannot lead out of it (openat2, RESOLVE_IN_ROOT).
 * Returns a file descriptor that the caller closes, or -errno.
 */
__must_check int root_openat(const struct root *root, const char *path,
			     struct error *err);

/*
 * Reads the target of a symbolic link below the root, without following it. *target
 * belongs to the caller. -EINVAL if path is not a link, -ENOMEM, or -errno.
 */
__must_check int root_read_link(const struct root *root, const char *path, char **target);

/* Returns the path of an open file, which belongs to the caller; NULL if it has none. */
char *open_file_path(int fd);

/*
 * Tells the root's observer that path is used. For code of util that reads below a root.
 */
void root_observe(const struct root *root, const char *path);

/* True if path exists below the root. */
bool root_exists(const struct root *root, const char *path);

/*
 * Reads a whole file of at most limit bytes, also if single reads are short.
 * *data is NUL-terminated after *size bytes and belongs to the caller. -EFBIG beyond the
 * limit. size may be NULL.
 */
__must_check int root_read_file(const struct root *root, const char *path, size_t limit,
				char **data, size_t *size, struct error *err);

/* Reads one number as the kernel's sysfs prints it (decimal or 0x…, then a newline). */
__must_check int root_read_u64(const struct root *root, const char *path, uint64_t *value,
			       struct error *err);

/*
 * The same with a path in the form of printf. These may also fail with -ENOMEM;
 * root_existsf then returns false.
 */
bool root_existsf(const struct root *root, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
__must_check int root_openf(const struct root *root, struct error *err,
			    const char *format, ...)
	__attribute__((format(printf, 3, 4)));
__must_check int root_readf_file(const struct root *root, size_t limit, char **data,
				 size_t *size, struct error *err, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
__must_check int root_readf_u64(const struct root *root, uint64_t *value,
				struct error *err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Reads exactly size bytes at offset of fd. Returns 0, -EIO if the file ends before, or
 * the negative errno of pread.
 */
__must_check int read_exactly(int fd, void *buffer, size_t size, uint64_t offset);

/*
 * Makes a file in memory that cannot be executed, which the sysctl vm.memfd_noexec=2
 * requires. name is for /proc. Returns a file descriptor that the caller closes, or
 * -errno.
 */
__must_check int memory_file_create(const char *name);

/* Writes all of buffer. Returns 0 or -errno. */
__must_check int write_all(int fd, const void *buffer, size_t size);

#endif
