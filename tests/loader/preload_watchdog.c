// SPDX-License-Identifier: GPL-2.0-only
/*
 * Part of preload.so: a watchdog, whose device is a plain file. Each request adds a line
 * to the log.
 *
 *   KEXEC_TEST_WATCHDOG_NAME=TEXT  its identity, else "i6300ESB timer"
 *   KEXEC_TEST_WATCHDOG_OPEN=NAME  errno of opening it (preload_files.c)
 *   KEXEC_TEST_WATCHDOG_ASK=NAME   errno of asking for the identity
 *   KEXEC_TEST_WATCHDOG_SET=NAME   errno of setting the time
 *   KEXEC_TEST_WATCHDOG_SETS=N     the time that the driver sets instead, in seconds
 *   KEXEC_TEST_WATCHDOG_PING=NAME  errno of keeping it alive
 *   KEXEC_TEST_WATCHDOG_STOP=NAME  errno of stopping it
 */
#define _GNU_SOURCE
#include <linux/watchdog.h>
#include <stdlib.h>
#include <string.h>

#include "preload.h"

static int ask(struct watchdog_info *info)
{
	const char *name = getenv("KEXEC_TEST_WATCHDOG_NAME");

	*info = (struct watchdog_info){ .options = WDIOF_SETTIMEOUT };
	/* As in the kernel, a name of 32 bytes has no NUL. */
	strncpy((char *)info->identity, name ? name : "i6300ESB timer",
		sizeof(info->identity));
	return preload_answer("KEXEC_TEST_WATCHDOG_ASK");
}

static int set(int *seconds)
{
	const char *other = getenv("KEXEC_TEST_WATCHDOG_SETS");

	preload_note("watchdog set %d", *seconds);
	if (other)
		*seconds = atoi(other);
	return preload_answer("KEXEC_TEST_WATCHDOG_SET");
}

bool preload_watchdog_ioctl(unsigned long request, void *argument, int *rc)
{
	switch (request) {
	case WDIOC_GETSUPPORT:
		*rc = ask(argument);
		return true;
	case WDIOC_SETTIMEOUT:
		*rc = set(argument);
		return true;
	case WDIOC_KEEPALIVE:
		preload_note("watchdog ping");
		*rc = preload_answer("KEXEC_TEST_WATCHDOG_PING");
		return true;
	case WDIOC_SETOPTIONS:
		preload_note("watchdog options %d", *(int *)argument);
		*rc = preload_answer("KEXEC_TEST_WATCHDOG_STOP");
		return true;
	default:
		return false;
	}
}
