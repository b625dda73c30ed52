/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Unified kernel images (UAPI group, "Unified Kernel Image"): an EFI program whose sections
 * hold a kernel, an initrd and a command line. To kexec it is a container, which is opened
 * before the kernel's type is looked for; what is inside goes every way that single files go.
 */
#ifndef KEXEC_UKI_H
#define KEXEC_UKI_H

#include "files/kernel_file.h"
#include "files/pe.h"
#include "util/error.h"
#include "util/strings.h"

/* The sections that are used, in the order in which initrds are joined. */
enum uki_part {
	UKI_LINUX,
	UKI_UCODE,
	UKI_INITRD,
	UKI_CMDLINE,
	UKI_PART_COUNT,
};

/* { 0 } is none: then file.path is NULL. */
struct uki {
	struct kernel_file file; /* the image itself, to be watched for changes */
	struct pe_section parts[UKI_PART_COUNT]; /* virtual_size 0: not there */
	char *command_line;	  /* of .cmdline, NULL without one; owned */
	struct string_list notes; /* what was found; shown with -d */
};

/*
 * Opens a unified kernel image: *kernel becomes a copy of the kernel inside, and uki owns
 * the file that it was. -ENOEXEC without a message, and *kernel as it was, if the file is
 * none, a bzImage for example. -ENOTSUP: an EFI program without a kernel, for another CPU,
 * or with profiles to choose from; -EBADMSG: headers or sections make no sense; and the
 * errors of kernel_file_copy. *uki must be { 0 }; close both after any result.
 */
int uki_open(struct kernel_file *kernel, struct uki *uki, struct error *err);

/*
 * Makes the initrd inside a file of its own, microcode first. Leaves *initrd alone, so that
 * its path stays NULL, if there is none, or uki is none. *initrd must be { 0 }. The errors
 * of kernel_file_copy.
 */
int uki_open_initrd(const struct uki *uki, struct kernel_file *initrd, struct error *err);

/*
 * Copies the command line inside, or leaves *command_line alone without one. For a crash
 * kernel the words that command_line_reuse drops are left out. The caller frees it. -ENOMEM.
 */
int uki_copy_command_line(const struct uki *uki, bool crash, char **command_line,
			  struct error *err);

/* -ESTALE with a message if the image has changed since; 0 if uki is none. */
int uki_require_unchanged(const struct uki *uki, struct error *err);

/* Frees what it owns; it is { 0 } then. */
void uki_close(struct uki *uki);

#define _cleanup_uki_ _cleanup_(uki_close)

#endif
