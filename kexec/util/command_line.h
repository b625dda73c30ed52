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
 * Removes every parameter with one of the given names (NULL-terminated list). Only whole
 * words are removed; the others are joined by single blanks. Words for init are kept.
 * *result belongs to the caller.
 */
__must_check int command_line_remove(const char *command_line, const char *const names[],
				     char **result, struct error *err);

/*
 * Joins first and second, which is inserted before the "--" of first, so that the kernel
 * reads it. Either may be NULL. *result belongs to the caller.
 */
__must_check int command_line_join(const char *first, const char *second, char **result,
				   struct error *err);

/*
 * Makes the next kernel's command line from the running one's, without parameters that
 * only concern this kernel's start (BOOT_IMAGE, initrd, elfcorehdr,
 * kexec_jump_back_entry). crash: also without crashkernel, for which the capture kernel
 * lacks the memory, and acpi_rsdp, which the loader adds if it is needed. *result belongs
 * to the caller.
 */
__must_check int command_line_reuse(const char *running, bool crash, char **result,
				    struct error *err);

#endif
