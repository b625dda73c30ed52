/* SPDX-License-Identifier: GPL-2.0-only */
/* The action "load": by which system call, and what becomes of its answer. */
#ifndef KEXEC_LOAD_ACTION_H
#define KEXEC_LOAD_ACTION_H

#include "cli/options.h"
#include "cli/report.h"
#include "util/io.h"

/*
 * Loads options->kernel, which must be given, or shows the load. Prints messages, warnings
 * and notes.
 */
enum exit_status load_action(const struct options *options, const struct root *root);

/* --load-jump-back-helper: loads the way back. Prints messages and notes. */
enum exit_status load_jump_back_action(const struct options *options,
				       const struct root *root);

#endif
