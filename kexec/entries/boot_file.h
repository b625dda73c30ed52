/* SPDX-License-Identifier: GPL-2.0-only */
/* The programs that entries start: where they are, and of which kind. */
#ifndef KEXEC_BOOT_FILE_H
#define KEXEC_BOOT_FILE_H

#include "files/kernel_file.h"
#include "util/error.h"
#include "util/io.h"

enum boot_program {
	BOOT_PROGRAM_OTHER, /* an EFI program that is not Linux */
	BOOT_PROGRAM_UKI,   /* a Unified Kernel Image */
	BOOT_PROGRAM_LINUX, /* anything else: the loaders find out */
};

/*
 * Sets *name to the path by which this program opens a file below the root. Symbolic
 * links of a recorded machine are resolved, and do not lead out of it. *name belongs to
 * the caller. Returns the errors of root_openat.
 */
__must_check int boot_file_path(const struct root *root, const char *path, char **name,
				struct error *err);

/* Opens a file below the root as it is. Errors as boot_file_path and kernel_file_open. */
__must_check int boot_file_open(const struct root *root, const char *path,
				struct kernel_file *file, struct error *err);

/* Finds out the kind of an open file. */
enum boot_program boot_program_find(const struct kernel_file *file);

#endif
