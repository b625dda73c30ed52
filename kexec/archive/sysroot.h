/* SPDX-License-Identifier: GPL-2.0-only */
/* The root that --sysroot names: a directory, or a tar archive of one. */
#ifndef KEXEC_SYSROOT_H
#define KEXEC_SYSROOT_H

#include "util/error.h"
#include "util/io.h"

/*
 * Opens a root as root_open does; a regular file is read as a tar archive, which may be
 * compressed with gzip, xz or zstd, and whose files stay in memory. Errors name
 * --sysroot; they are those of root_open, uncompress_file and tar_read, and -EINVAL for a
 * file that is not an archive.
 */
__must_check int sysroot_open(const char *path, struct root *root, struct error *err);

#endif
