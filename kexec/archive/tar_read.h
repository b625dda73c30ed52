/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads tar archives: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header
 * Block", and the long names of GNU tar. Nothing is written anywhere: the files stay in
 * memory.
 */
#ifndef KEXEC_TAR_READ_H
#define KEXEC_TAR_READ_H

#include "util/bytes.h"
#include "util/error.h"
#include "util/file_tree.h"

/* A longer path, or target of a link, is refused. */
#define TAR_PATH_MAX 4096u

/*
 * Adds all files, directories and symbolic links of an archive to *tree, and sorts it.
 * Returns 0; -ENOEXEC if it does not begin as a tar archive; -EBADMSG if it is damaged or
 * cut off; -ENOTSUP for entries of other types (hard links, devices, sparse files); the
 * errors of file_tree_add and file_tree_sort. *tree is to be cleared also after an error.
 */
__must_check int tar_read(struct bytes archive, struct file_tree *tree,
			  struct error *err);

#endif
