/* SPDX-License-Identifier: GPL-2.0-only */
/* A load by kexec_file_load: the running kernel reads the files and makes the image. */
#ifndef KEXEC_KEXEC_FILE_LOAD_H
#define KEXEC_KEXEC_FILE_LOAD_H

#include <stdbool.h>

#include "files/kernel_file.h"
#include "load/load_inputs.h"
#include "util/error.h"
#include "util/strings.h"

struct file_load {
	const struct kernel_file *kernel; /* owned by the inputs */
	const struct kernel_file *initrd; /* the inputs' one, empty_initrd, or NULL */
	struct kernel_file empty_initrd;
	char *command_line; /* owned */
	bool crash;
	bool no_cma;
	bool force_dtb;
	bool debug;		  /* the running kernel logs what it does */
	struct string_list notes; /* for -d */
};

/*
 * Makes the command line, and an empty initrd if the next kernel would otherwise use a
 * stale one. *load must be { 0 }; file_load_clear frees it, also after an error.
 */
__must_check int file_load_prepare(const struct load_inputs *inputs,
				   struct file_load *load, struct error *err);

/* Frees what *load owns and sets it to { 0 }. */
void file_load_clear(struct file_load *load);

#define _cleanup_file_load_ _cleanup_(file_load_clear)

#endif
