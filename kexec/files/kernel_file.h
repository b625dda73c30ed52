/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file to be loaded (kernel or initrd): opened once, uncompressed if necessary, and
 * compared with its state at opening until it is loaded. Several initrds are joined to
 * one such file.
 *
 * Our own code reads it only with kernel_file_read, because an access to its mapping is a
 * SIGBUS if the file has become shorter or the disk fails. Only kexec_load uses the
 * mapping: it then fails with EFAULT.
 */
#ifndef KEXEC_KERNEL_FILE_H
#define KEXEC_KERNEL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "util/bytes.h"
#include "util/error.h"
#include "util/progress.h"

/* The limit for an uncompressed kernel, in bytes; more must be a decompression bomb. */
#define KERNEL_UNCOMPRESSED_MAX (1024ull * 1024 * 1024)

struct kernel_file {
	char *path;		 /* as given, or "A + B"; owned */
	const char *compression; /* "gzip", …; NULL if the file is used as it is */
	int fd;		 /* the file, or its uncompressed or joined copy in memory */
	int original_fd; /* the file itself; -1 for a copy of other files */
	uint64_t size;	 /* bytes of fd */
	const uint8_t *mapping;	   /* size bytes of fd, only for kexec_load; see above */
	struct stat opened;	   /* of original_fd, when it was opened */
	struct kernel_file *parts; /* the files that were joined; owned; or NULL */
	size_t part_count;
	const struct progress *progress; /* gets reports while it is opened; or NULL */
};

enum kernel_file_mode {
	KERNEL_FILE_AS_IS,	/* for an initrd: the kernel uncompresses it itself */
	KERNEL_FILE_UNCOMPRESS, /* for a kernel: uncompressed (uncompress.h) */
};

/* Starts read-ahead of a file; errors surface on open. */
void kernel_file_read_ahead(const char *path);

/*
 * Opens and maps a file. role is its name in messages ("kernel", "initrd").
 * *file must be { 0 } but for progress; kernel_file_close frees it, also after an error.
 * Errors: those of open and uncompress_file; -EISDIR for a directory; -EINVAL for
 * anything else that is not a regular file or block device; -ENODATA for an empty file;
 * -EFBIG.
 */
__must_check int kernel_file_open(const char *path, const char *role,
				  enum kernel_file_mode mode, struct kernel_file *file,
				  struct error *err);

/*
 * Opens files as they are and joins them in this order, as boot loaders do with initrds:
 * each but the last is padded with zeros to a multiple of four bytes
 * (early-userspace/buffer-format.rst, ALGN(4)). A single file (count 1) is used itself;
 * the running kernel copies several to an anonymous file, without buffers of our own.
 * -EFBIG if the sum is over half of the memory, the limit of kexec_load.
 */
__must_check int kernel_file_open_joined(const char *const *paths, size_t count,
					 const char *role, struct kernel_file *file,
					 struct error *err);

/* Bytes [offset, offset + size) of an open file: not empty, and within the file. */
struct file_piece {
	const struct kernel_file *file;
	uint64_t offset;
	uint64_t size;
};

/*
 * Joins pieces of files in an anonymous file, padded and copied as above. path, its name
 * for messages and the plan, belongs to *file afterwards, also after an error; if path is
 * NULL, returns -ENOMEM. The files may be closed afterwards;
 * kernel_file_require_unchanged does not look at them. -EFBIG as above, -EIO if a file
 * has become shorter. *file must be { 0 } but for progress.
 */
__must_check int kernel_file_copy(const struct file_piece *pieces, size_t count,
				  const char *role, char *path, struct kernel_file *file,
				  struct error *err);

/* Closes and frees everything that the functions above have opened. */
void kernel_file_close(struct kernel_file *file);

#define _cleanup_kernel_file_ _cleanup_(kernel_file_close)

/* Reads size bytes at offset. -ERANGE beyond the end, -EIO if the file was shortened. */
__must_check int kernel_file_read(const struct kernel_file *file, uint64_t offset,
				  void *buffer, size_t size, struct error *err);

/*
 * Compares size and modification time of the file, or of each part of a joined one, with
 * those at opening. Returns 0, or -ESTALE with a message if they differ. A copy made by
 * kernel_file_copy never differs.
 */
__must_check int kernel_file_require_unchanged(const struct kernel_file *file,
					       struct error *err);

#endif
