/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /run/kexec/normal.json and crash.json: the last kernel of each kind that kexec has
 * loaded since the boot. The running kernel only tells whether one is loaded.
 */
#ifndef KEXEC_LOADED_MEMO_H
#define KEXEC_LOADED_MEMO_H

#include <stdbool.h>
#include <stdio.h>

#include "load/load_inputs.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Writes the file of the kind that inputs->options loads, all of it or nothing.
 * call: name of the system call. command_line: the next kernel's. identity: that of the
 * plan, or 0 if the running kernel has made the image.
 */
__must_check int loaded_memo_write(const struct root *root,
				   const struct load_inputs *inputs, const char *call,
				   const char *command_line, uint64_t identity,
				   struct error *err);

/* Removes the file. Returns 0 also if it does not exist. */
__must_check int loaded_memo_remove(const struct root *root, bool crash,
				    struct error *err);

/*
 * Prints for both kinds whether a kernel is loaded, and which one if that is remembered:
 * by a file of this boot, of a kernel that is still loaded. Any other file is ignored.
 */
__must_check int loaded_memo_print(const struct root *root, bool json, FILE *stream,
				   struct error *err);

#endif
