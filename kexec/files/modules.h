/* SPDX-License-Identifier: GPL-2.0-only */
/* --module: files that a multiboot kernel finds in memory when it starts. */
#ifndef KEXEC_MODULES_H
#define KEXEC_MODULES_H

#include <stddef.h>

#include "cli/options.h"
#include "files/kernel_file.h"
#include "util/error.h"

struct module {
	struct kernel_file file;
	/* "FILE ARGUMENTS" as given, for the kernel; points into argv. */
	const char *text;
};

/* { 0 } has no modules. */
struct modules {
	struct module *items;
	size_t count;
};

/*
 * Opens the files that options->modules name and uncompresses them like kernels. Returns
 * the errors of kernel_file_open. *modules must be { 0 }; modules_close frees it, also
 * after an error.
 */
__must_check int modules_open(const struct options *options, struct modules *modules,
			      struct error *err);

/* Closes and frees everything that modules_open has opened. */
void modules_close(struct modules *modules);

/* As kernel_file_require_unchanged, for all modules. */
__must_check int modules_require_unchanged(const struct modules *modules,
					   struct error *err);

#endif
