/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files that make a struct kernel_file. */
#ifndef KEXEC_KERNEL_FILE_INTERNAL_H
#define KEXEC_KERNEL_FILE_INTERNAL_H

#include "files/kernel_file.h"

/* Maps file->size bytes of file->fd. role as for kernel_file_open. */
__must_check int kernel_file_map(struct kernel_file *file, const char *role,
				 struct error *err);

#endif
