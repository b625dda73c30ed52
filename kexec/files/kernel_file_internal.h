/* SPDX-License-Identifier: GPL-2.0-only */
/* What those share that make kernel files: kernel_file.c, kernel_file_join.c. */
#ifndef KEXEC_KERNEL_FILE_INTERNAL_H
#define KEXEC_KERNEL_FILE_INTERNAL_H

#include "files/kernel_file.h"

/* Maps the file->size bytes behind file->fd. role as for kernel_file_open. */
int kernel_file_map(struct kernel_file *file, const char *role, struct error *err);

#endif
