/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A load through kexec_file_load, in which the running kernel reads the files and makes
 * the image itself.
 */
#ifndef KEXEC_KEXEC_FILE_LOAD_H
#define KEXEC_KEXEC_FILE_LOAD_H

#include <stdbool.h>

#include "cli/options.h"
#include "files/boot_files.h"
#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

struct file_load {
	struct boot_files files;
	char *command_line;  /* owned */
	bool for_kexec_load; /* running kernels do not load a file of this type */
	bool crash;
	bool no_cma;
	bool force_dtb;
	bool debug;
	struct string_list notes; /* for -d */
};

/*
 * Opens the files and makes the command line. *load must be { 0 } but for files.progress;
 * file_load_clear frees it, also after an error.
 */
int file_load_prepare(const struct options *options, const struct root *root,
		      struct file_load *load, struct error *err);

/* Frees what it owns; it is { 0 } then. */
void file_load_clear(struct file_load *load);

/* -ESTALE with a message if a file is not any more what was opened. */
int file_load_check_files(const struct file_load *load, struct error *err);

#define _cleanup_file_load_ _cleanup_(file_load_clear)

#endif
