/* SPDX-License-Identifier: GPL-2.0-only */
/* Which watchdog drivers keep their timer running over a kexec. */
#ifndef KEXEC_WATCHDOG_DRIVERS_H
#define KEXEC_WATCHDOG_DRIVERS_H

/*
 * A kexec calls the kernel's reboot notifiers and the drivers' shutdown functions, and
 * most watchdog drivers stop their timer in one of them.
 */
enum watchdog_habit {
	WATCHDOG_UNKNOWN, /* not in the table */
	WATCHDOG_KEEPS, /* its driver leaves it running; watchdog.stop_on_reboot=1 not */
	WATCHDOG_ASKED, /* only watchdog.stop_on_reboot=0 leaves it running */
	WATCHDOG_ENDS,	/* its driver stops it, or it lives in the running kernel */
};

/*
 * Returns what the driver does. identity is that of /sys/class/watchdog and of the
 * device itself: the only name that every driver has. *driver is set to the name of
 * its module, or to NULL if it is unknown.
 */
enum watchdog_habit watchdog_driver_habit(const char *identity, const char **driver);

/* The identity of the driver without a device in /sys/class/watchdog: ipmi_watchdog. */
#define WATCHDOG_IPMI_IDENTITY "IPMI"

/*
 * The seconds that ipmi_watchdog sets at a reboot or kexec if it was running with less
 * (wdog_reboot_handler() in drivers/char/ipmi/ipmi_watchdog.c).
 */
#define WATCHDOG_IPMI_SECONDS_MIN 120u

#endif
