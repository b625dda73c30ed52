/* SPDX-License-Identifier: GPL-2.0-only */
/* Starting the loaded kernel, without harm to the machine where that cannot succeed. */
#ifndef KEXEC_START_H
#define KEXEC_START_H

#include "cli/options.h"
#include "load/watchdog.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Fails if it is certain that a start cannot succeed: -ENOENT if no kernel is loaded or
 * the running kernel is built without kexec; -EPERM without CAP_SYS_BOOT and in a PID
 * namespace, where the reboot call refuses. Facts that cannot be read do not count
 * against a start.
 */
__must_check int start_require_possible(const struct root *root, struct error *err);

/*
 * Syncs, takes the network interfaces down, arms the watchdog if there is one, and starts
 * the kernel, as the options say. If it fails, or comes back from a kexec jump, the
 * watchdog is stopped and the interfaces are up again. Returns 0 after a kexec jump;
 * -ENOENT if no kernel is loaded; else the error of watchdog_arm or the reboot call.
 * Prints a warning if the watchdog runs for another time than asked for.
 */
__must_check int start_loaded(const struct options *options, const struct root *root,
			      const struct watchdog *watchdog, struct error *err);

#endif
