/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --watchdog: finds a watchdog that runs on over a kexec, so that it resets the machine
 * if the next kernel hangs.
 */
#ifndef KEXEC_WATCHDOG_H
#define KEXEC_WATCHDOG_H

#include <stdint.h>

#include "util/error.h"
#include "util/io.h"

struct watchdog {
	char *path;	  /* below the root: "dev/watchdog0"; owned; NULL: none */
	char *identity;	  /* as its driver says; owned */
	uint32_t seconds; /* as asked for */
	uint32_t seconds_at_kexec; /* at least; 0 if the driver adds nothing */
};

/*
 * Chooses the first device of /sys/class/watchdog that runs on over a kexec and is not in
 * use, else that of ipmi_watchdog. Changes nothing. *watchdog must be { 0 };
 * watchdog_clear frees it, also after an error. Errors, with a message that says what to
 * do: -ENODEV without a watchdog; -EOPNOTSUPP if none runs on; -EBUSY if another program
 * has it open; -ERANGE if its timer cannot be set to the seconds.
 */
__must_check int watchdog_choose(const struct root *root, uint32_t seconds,
				 struct watchdog *watchdog, struct error *err);

void watchdog_clear(struct watchdog *watchdog);

#define _cleanup_watchdog_ _cleanup_(watchdog_clear)

#endif
