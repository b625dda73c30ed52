/* SPDX-License-Identifier: GPL-2.0-only */
/* The actions that start a kernel: -e, -f, and the one without an option. */
#ifndef KEXEC_START_ACTION_H
#define KEXEC_START_ACTION_H

#include "cli/options.h"
#include "cli/report.h"
#include "util/io.h"

/*
 * Starts the loaded kernel. STATUS_UNPREPARED if the running kernel says that none is
 * loaded. Returns STATUS_DONE only after coming back from a kexec jump.
 */
enum exit_status exec_action(const struct options *options, const struct root *root);

/*
 * As load_action, and starts the kernel then, unless the load was only shown. With -p the
 * normal kernel loaded before is started.
 */
enum exit_status load_and_exec_action(const struct options *options,
				      const struct root *root);

/* As load_action, and runs shutdown then, unless the load was only shown. */
enum exit_status load_and_shutdown_action(const struct options *options,
					  const struct root *root);

#endif
