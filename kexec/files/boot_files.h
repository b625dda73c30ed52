/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that a load begins with, whichever system call takes them: the kernel and the
 * initrd, on their own or inside a Unified Kernel Image.
 */
#ifndef KEXEC_BOOT_FILES_H
#define KEXEC_BOOT_FILES_H

#include "cli/options.h"
#include "files/kernel_file.h"
#include "files/uki.h"
#include "util/error.h"

struct boot_files {
	struct uki uki; /* what the kernel comes out of, if it does */
	struct kernel_file kernel;
	struct kernel_file initrd;	 /* path is NULL without one */
	const struct progress *progress; /* who is told how far the load is, or NULL */
};

/*
 * Opens what *options name. What a Unified Kernel Image brings along and the user has not
 * given is put into *options, and points into *files then.
 * files must be { 0 } but for progress; boot_files_close gives it back, also after an
 * error: those of kernel_file_open, uki_open and uki_complete_options.
 */
int boot_files_open(struct options *options, struct boot_files *files, struct error *err);

/* Gives back what was opened. */
void boot_files_close(struct boot_files *files);

/* As kernel_file_check_unchanged, for all of them. */
int boot_files_check_unchanged(const struct boot_files *files, struct error *err);

#endif
