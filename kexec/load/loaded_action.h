/* SPDX-License-Identifier: GPL-2.0-only */
/* The actions about kernels that are loaded already: -u, -S and --print-ckr-size. */
#ifndef KEXEC_LOADED_ACTION_H
#define KEXEC_LOADED_ACTION_H

#include "cli/options.h"
#include "cli/report.h"
#include "util/io.h"

/* Unloads the normal kernel, or with -p the crash kernel. Succeeds if none is loaded. */
enum exit_status unload_action(const struct options *options, const struct root *root);

/*
 * Returns STATUS_LOADED or STATUS_NOT_LOADED for the crash kernel, or with -l for the
 * normal one. Returns STATUS_REFUSED with a message if /sys does not tell.
 */
enum exit_status status_action(const struct options *options, const struct root *root);

/* Prints the bytes that are reserved for a crash kernel. */
enum exit_status print_crash_size_action(const struct options *options,
					 const struct root *root);

#endif
