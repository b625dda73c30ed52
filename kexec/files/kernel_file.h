/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file to be loaded (kernel or initrd): opened once, uncompressed where asked and needed,
 * and watched for changes until it is loaded. Several initrds make one such file.
 *
 * Our own code reads it through kernel_file_read only, because a mapped page of a file
 * that has become shorter, or of a disk that fails, is a SIGBUS. The mapping is for
 * kexec_load alone, which answers EFAULT there.
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

/* No kernel is larger uncompressed; what is more is a decompression bomb. In bytes. */
#define KERNEL_UNCOMPRESSED_MAX (1024ull * 1024 * 1024)

struct kernel_file {
	char *path;		 /* as given, or "A + B"; owned */
	const char *compression; /* "gzip", or NULL if the file is used as it is */
	int fd;			 /* of the file, or of a copy in memory */
	int original_fd;	 /* of the file itself; -1 if it is made of others */
	uint64_t size;		 /* bytes behind fd */
	const uint8_t *mapping;	 /* size bytes, read-only; see above. NULL if size is 0 */
	struct stat opened;	 /* the file itself, when it was opened */
	struct kernel_file *parts; /* what it is made of; owned. NULL: of nothing else */
	size_t part_count;
	const struct progress *progress; /* who is told how far opening it is, or NULL */
};

enum kernel_file_mode {
	KERNEL_FILE_AS_IS,	/* initrd: the kernel wants it as it is */
	KERNEL_FILE_UNCOMPRESS, /* kernel image: its container is undone (uncompress.h) */
};

/* Lets the disk begin with a file that will be opened later. Errors are for then, too. */
void kernel_file_read_ahead(const char *path);

/*
 * Opens and maps a file. role is the word for messages ("kernel", "initrd").
 * Errors: those of open; -EISDIR and -EINVAL for what is no regular file or block device,
 * -ENODATA for an empty file, -EFBIG, those of uncompress_file.
 * *file must be { 0 } but for progress; kernel_file_close gives it back, also after an
 * error.
 */
int kernel_file_open(const char *path, const char *role, enum kernel_file_mode mode,
		     struct kernel_file *file, struct error *err);

/*
 * Opens files as they are and joins them in this order to one, as boot loaders do with
 * initrds: each but the last is padded with zeros to a multiple of four bytes
 * (early-userspace/buffer-format.rst, ALGN(4)). A single file (count 1) is used itself;
 * several are copied to an anonymous file by the kernel, not to our own memory.
 * -EFBIG if they are larger together than half of the memory: kexec_load takes no more.
 */
int kernel_file_open_joined(const char *const *paths, size_t count, const char *role,
			    struct kernel_file *file, struct error *err);

/* [offset, offset + size) of an open file, in bytes; inside of it and not empty. */
struct file_piece {
	const struct kernel_file *file;
	uint64_t offset;
	uint64_t size;
};

/*
 * A file made of pieces of others, one behind the other, with padding as above: a copy in
 * anonymous memory, made by the kernel. path is its name for messages and the plan; *file
 * owns it from now on, also after an error. NULL is -ENOMEM.
 * The others may be closed then; whether they change is theirs to watch.
 * -EFBIG as above, -EIO if one has become shorter. *file must be { 0 }.
 */
int kernel_file_copy(const struct file_piece *pieces, size_t count, const char *role,
		     char *path, struct kernel_file *file, struct error *err);

/* Gives back what any of them has opened. */
void kernel_file_close(struct kernel_file *file);

#define _cleanup_kernel_file_ _cleanup_(kernel_file_close)

/* Reads exactly size bytes at offset. -EIO where the file has become shorter. */
int kernel_file_read(const struct kernel_file *file, uint64_t offset, void *buffer,
		     size_t size, struct error *err);

/*
 * Compares size and modification time of the file, or of each part, with those then. A
 * copy of pieces has nothing to be compared.
 * Returns 0, or -ESTALE with a message if it is not the file any more that we looked at.
 */
int kernel_file_require_unchanged(const struct kernel_file *file, struct error *err);

#endif
