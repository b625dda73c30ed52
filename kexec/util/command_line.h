/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel command lines: look-up, removal, joining. By the kernel's rules (kernel/params.c
 * and kernel-parameters.rst): words end at blanks outside double quotes, '-' and '_' in a
 * name are the same, and what follows the word "--" belongs to init.
 */
#ifndef KEXEC_COMMAND_LINE_H
#define KEXEC_COMMAND_LINE_H

#include <stdbool.h>

#include "util/error.h"

/* True if the kernel would find the parameter "name", with or without a value. */
bool command_line_has(const char *command_line, const char *name);

/*
 * True if the kernel would find the parameter "name" with a value that has this ending:
 * "crashkernel" and ",cma", for example.
 */
bool command_line_has_ending(const char *command_line, const char *name,
			     const char *ending);

/*
 * Takes every parameter with one of the given names (NULL-terminated list) out. Only whole
 * words are taken, what is left is joined by single blanks, init's words stay as they are.
 * *result belongs to the caller.
 */
int command_line_remove(const char *command_line, const char *const names[],
			char **result, struct error *err);

/*
 * first, then second: before first's "--", so that the kernel sees it. Either may be NULL.
 * *result belongs to the caller.
 */
int command_line_join(const char *first, const char *second, char **result,
		      struct error *err);

/*
 * The running kernel's command line as far as it suits the next one: without what says how
 * this kernel was started (BOOT_IMAGE, initrd, elfcorehdr, kexec_jump_back_entry); for a
 * crash image also without crashkernel, of which the capture kernel has no memory to spare,
 * and acpi_rsdp, which the loader adds where it is needed. *result belongs to the caller.
 */
int command_line_reuse(const char *running, bool crash, char **result, struct error *err);

#endif
