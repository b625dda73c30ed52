/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes a tree of files as a tar archive, compressed with gzip. */
#ifndef KEXEC_TAR_WRITE_H
#define KEXEC_TAR_WRITE_H

#include <stdint.h>

#include "util/error.h"
#include "util/file_tree.h"

/*
 * Writes the archive to fd: all entries of a sorted tree below the directory top (one
 * name), with the time in seconds since 1970, for their owner only, who is root. Returns
 * 0; -ENAMETOOLONG for a path that the format cannot hold, -ELIBACC without zlib,
 * -ENOMEM, or the error of writing.
 */
__must_check int tar_write_gzip(int fd, const struct file_tree *tree, const char *top,
				uint64_t time, struct error *err);

#endif
