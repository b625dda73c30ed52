/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arms and stops a watchdog device (Documentation/watchdog/watchdog-api.rst). With
 * syscalls.h, the only calls that change the running system.
 */
#ifndef KEXEC_WATCHDOG_DEVICE_H
#define KEXEC_WATCHDOG_DEVICE_H

#include <signal.h>

#include "load/watchdog.h"
#include "util/error.h"
#include "util/io.h"

struct watchdog_armed {
	int fd;		  /* the open device; -1: not armed */
	char *path;	  /* "/dev/watchdog0", for messages; owned */
	uint32_t seconds; /* as the driver has set it, and as ipmi_watchdog will set it */
	sigset_t before;  /* the signal mask before */
};

/*
 * Opens the device, which starts it, and sets its time. The device stays open: it runs
 * without being kept alive. All signals are blocked until watchdog_stop, because a
 * program that ends would leave it running. *armed must be { .fd = -1 }. Returns 0 or
 * -errno; the device may run after a failure, too, so call watchdog_stop after both.
 */
__must_check int watchdog_arm(const struct root *root, const struct watchdog *watchdog,
			      struct watchdog_armed *armed, struct error *err);

/*
 * Stops the device, if it is armed, and closes it. Returns 0, or -errno with a message if
 * it runs on and will reset the machine.
 */
__must_check int watchdog_stop(struct watchdog_armed *armed, struct error *err);

#endif
