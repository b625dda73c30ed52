/* SPDX-License-Identifier: GPL-2.0-only */
/* The next kernel's command line: reuse, append, remove. */
#ifndef KEXEC_COMMAND_LINE_H
#define KEXEC_COMMAND_LINE_H

#include "util/error.h"

/*
 * Takes every parameter with one of the given names (NULL-terminated list) out of a
 * command line: whole words only, "name" or "name=value", a value in double quotes may
 * hold blanks. What is left is joined by single blanks; *result belongs to the caller.
 * The words behind a lone "--" belong to init and stay as they are.
 */
int command_line_remove(const char *command_line, const char *const names[],
			char **result, struct error *err);

/*
 * The command line for the next kernel: running (NULL: not reused) without BOOT_IMAGE and
 * initrd, which describe how this kernel was started, then append (NULL: nothing).
 */
int command_line_build(const char *running, const char *append, char **result,
		       struct error *err);

#endif
