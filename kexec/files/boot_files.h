/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that a load starts from, for either system call: the kernel and the initrd,
 * on their own or inside a Unified Kernel Image.
 */
#ifndef KEXEC_BOOT_FILES_H
#define KEXEC_BOOT_FILES_H

#include "cli/options.h"
#include "files/kernel_file.h"
#include "files/uki.h"
#include "util/error.h"

struct boot_files {
	struct uki uki; /* the UKI that contains the kernel; else { 0 } */
	struct kernel_file kernel;
	struct kernel_file initrd; /* path is NULL without an initrd */
	/*
	 * The command line of the Unified Kernel Image; owned. NULL without one, and with
	 * --append or --reuse-cmdline, which take its place.
	 */
	char *command_line;
	const char *kernel_type;	 /* --type for kernel; NULL if any type will do */
	const struct progress *progress; /* gets reports; may be NULL */
};

/*
 * Opens the files that options name. An initrd or command line that is not given is taken
 * from the Unified Kernel Image. *files must be { 0 } except progress. boot_files_close
 * frees it, also after an error. Returns the errors of kernel_file_open, uki_open and
 * uki_copy_command_line; for another file -ENOEXEC with --type=uki, and -EINVAL with
 * --uki-profile.
 */
__must_check int boot_files_open(const struct options *options, struct boot_files *files,
				 struct error *err);

/* Closes and frees everything that boot_files_open has opened. */
void boot_files_close(struct boot_files *files);

/* As kernel_file_require_unchanged, for all files. */
__must_check int boot_files_require_unchanged(const struct boot_files *files,
					      struct error *err);

#endif
