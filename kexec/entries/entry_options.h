/* SPDX-License-Identifier: GPL-2.0-only */
/* A boot entry as the options of a load. */
#ifndef KEXEC_ENTRY_OPTIONS_H
#define KEXEC_ENTRY_OPTIONS_H

#include "cli/options.h"
#include "entries/boot_entry.h"
#include "util/error.h"
#include "util/io.h"

/* The texts that the options then point to. */
struct entry_options {
	char *kernel;
	char *profile;
	char *append;
	struct string_list initrds;
	struct string_list notes; /* for -d */
};

/*
 * Completes *options by the entry: its kernel, its initrds unless --initrd is given, and
 * its command line unless --append or --reuse-cmdline is given. The command line of a
 * crash kernel leaves out the words that command_line_reuse drops. Returns -ENOTSUP if
 * the entry cannot be loaded, with the reason; -E2BIG beyond INITRDS_MAX; the errors of
 * boot_file_path. *texts must be { 0 }, and outlive *options; entry_options_clear frees
 * it.
 */
__must_check int entry_options_apply(const struct root *root,
				     const struct boot_entry *entry,
				     struct options *options, struct entry_options *texts,
				     struct error *err);

/* Frees the texts and sets *texts to { 0 }. */
void entry_options_clear(struct entry_options *texts);

#define _cleanup_entry_options_ _cleanup_(entry_options_clear)

#endif
