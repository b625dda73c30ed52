/* SPDX-License-Identifier: GPL-2.0-only */
/* The options --list-entries and --boot-entry. */
#ifndef KEXEC_ENTRIES_ACTION_H
#define KEXEC_ENTRIES_ACTION_H

#include "cli/options.h"
#include "cli/report.h"
#include "entries/entry_options.h"
#include "util/error.h"
#include "util/io.h"

/* --list-entries: prints the entries. */
enum exit_status list_entries_action(const struct options *options,
				     const struct root *root);

/*
 * --boot-entry: finds the entry and completes *options by it; does nothing without the
 * option. Prints warnings, and with -d notes. Errors as boot_entries_read,
 * boot_entries_find and entry_options_apply.
 */
__must_check int boot_entry_resolve(const struct root *root, struct options *options,
				    struct entry_options *texts, struct error *err);

#endif
