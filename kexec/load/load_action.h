/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The action "load": chooses the system call, tries the other one if that is refused, and
 * reports the result.
 */
#ifndef KEXEC_LOAD_ACTION_H
#define KEXEC_LOAD_ACTION_H

#include "cli/options.h"
#include "cli/report.h"
#include "util/io.h"

/*
 * Loads options->kernel, which must be given, or only shows the load (--dry-run,
 * --dump-image). Prints messages, warnings and notes.
 */
enum exit_status load_action(const struct options *options, const struct root *root);

#endif
