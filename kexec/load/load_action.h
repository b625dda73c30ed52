/* SPDX-License-Identifier: GPL-2.0-only */
/* The action "load": by which system call, and what becomes of its answer. */
#ifndef KEXEC_LOAD_ACTION_H
#define KEXEC_LOAD_ACTION_H

#include <stdbool.h>

#include "cli/options.h"
#include "cli/report.h"
#include "util/error.h"
#include "util/io.h"

/* Whether the load is to be shown (--dry-run, --dump-image) and nothing to be done. */
bool load_only_shown(const struct options *options);

/*
 * Loads what the options name, or shows it. Messages, warnings and notes are printed; err is
 * only working space.
 */
enum exit_status load_action(const struct options *options, const struct root *root,
			     struct error *err);

/* --load-jump-back-helper; the same holds. */
enum exit_status load_jump_back_action(const struct options *options,
				       const struct root *root, struct error *err);

#endif
