/* SPDX-License-Identifier: GPL-2.0-only */
/* --module: the files that a multiboot kernel gets beside itself. */
#ifndef KEXEC_MODULES_H
#define KEXEC_MODULES_H

#include <stddef.h>

#include "cli/options.h"
#include "files/kernel_file.h"
#include "util/error.h"

struct module {
	struct kernel_file file;
	const char *text; /* "FILE ARGUMENTS", as given and as the kernel gets it */
};

/* { 0 } is none. */
struct modules {
	struct module *items;
	size_t count;
};

/*
 * Opens the files that options->modules name, uncompressed like kernels. The texts stay
 * those of options. *modules must be { 0 }; modules_close gives it back, also after an
 * error, those of kernel_file_open.
 */
int modules_open(const struct options *options, struct modules *modules,
		 struct error *err);

/* Gives back what any of them has opened. */
void modules_close(struct modules *modules);

/* As kernel_file_require_unchanged, for all of them. */
int modules_require_unchanged(const struct modules *modules, struct error *err);

#endif
