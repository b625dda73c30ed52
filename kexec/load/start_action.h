/* SPDX-License-Identifier: GPL-2.0-only */
/* The actions that start a kernel: -e, -f, and the one without an option. */
#ifndef KEXEC_START_ACTION_H
#define KEXEC_START_ACTION_H

#include "cli/options.h"
#include "cli/report.h"
#include "util/io.h"

/*
 * Starts the loaded kernel. Returns STATUS_UNPREPARED if no kernel is loaded,
 * STATUS_REFUSED if the running kernel refuses, and STATUS_DONE after coming back from a
 * kexec jump.
 */
enum exit_status exec_action(const struct options *options, const struct root *root);

/*
 * Calls load_action and then starts the kernel, unless the load was only shown. With -p
 * it starts the normal kernel that was loaded before.
 */
enum exit_status load_and_exec_action(const struct options *options,
				      const struct root *root);

/* Calls load_action and then runs shutdown, unless the load was only shown. */
enum exit_status load_and_shutdown_action(const struct options *options,
					  const struct root *root);

#endif
