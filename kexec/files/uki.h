/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Unified Kernel Images (UAPI group, "Unified Kernel Image"): EFI programs whose sections
 * hold a kernel, an initrd and a command line. kexec treats one as a container: it takes
 * the files out first, and loads them like files that were given one by one.
 */
#ifndef KEXEC_UKI_H
#define KEXEC_UKI_H

#include "files/kernel_file.h"
#include "files/pe.h"
#include "files/uki_profile.h"
#include "util/error.h"
#include "util/strings.h"

/* The sections that are used; .ucode is joined in front of .initrd. */
enum uki_part {
	UKI_LINUX,
	UKI_UCODE,
	UKI_INITRD,
	UKI_CMDLINE,
	UKI_PART_COUNT,
};

/* file.path is NULL if the kernel is not from a Unified Kernel Image. */
struct uki {
	struct kernel_file file;    /* the image itself, for uki_require_unchanged */
	struct uki_profile profile; /* the chosen one */
	struct pe_section parts[UKI_PART_COUNT]; /* virtual_size is 0 without one */
	char *command_line;	  /* of .cmdline; NULL without one; owned */
	struct string_list notes; /* the profile and the sections found; for -d */
};

/*
 * Opens a Unified Kernel Image: moves *kernel into uki, and makes *kernel a copy of the
 * kernel inside. profile is the number or ID of the profile to use, or NULL, as for
 * uki_profile_choose. Returns -ENOEXEC without a message, and leaves *kernel alone, for
 * any other file, such as a bzImage; -ENOTSUP for an EFI program or a profile without a
 * kernel, or for another CPU; -EBADMSG for invalid headers or sections; and the errors of
 * uki_profile_choose and kernel_file_copy. *uki must be { 0 }; close both after any
 * result.
 */
__must_check int uki_open(struct kernel_file *kernel, const char *profile,
			  struct uki *uki, struct error *err);

/*
 * Copies the microcode and initrd inside to *initrd, which must be { 0 }. Leaves *initrd
 * alone, so its path stays NULL, if the image has neither of them or uki is { 0 }.
 * Returns the errors of kernel_file_copy.
 */
__must_check int uki_open_initrd(const struct uki *uki, struct kernel_file *initrd,
				 struct error *err);

/*
 * Copies the command line inside, or leaves *command_line alone without one. For a crash
 * kernel the words that command_line_reuse drops are left out. The caller frees it.
 * -ENOMEM.
 */
__must_check int uki_copy_command_line(const struct uki *uki, bool crash,
				       char **command_line, struct error *err);

/* As kernel_file_require_unchanged, for the image; 0 if uki is { 0 }. */
__must_check int uki_require_unchanged(const struct uki *uki, struct error *err);

/* Frees what uki owns and sets it to { 0 }. */
void uki_close(struct uki *uki);

#define _cleanup_uki_ _cleanup_(uki_close)

#endif
