// SPDX-License-Identifier: GPL-2.0-only
/* Arms and stops a watchdog device. */
#include "load/watchdog_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int open_device(const struct root *root, struct watchdog_armed *armed,
		       const struct watchdog *watchdog, struct error *err)
{
	armed->fd = openat(root->fd, watchdog->path, O_WRONLY | O_CLOEXEC);
	if (armed->fd >= 0)
		return 0;
	return error_set(err, errno, "cannot open %s: %s%s", armed->path, strerror(errno),
			 errno == EBUSY ? ": another program has it open" : "");
}

/* The device may belong to another driver than /sys has told, if drivers were changed. */
static int require_identity(const struct watchdog_armed *armed,
			    const struct watchdog *watchdog, struct error *err)
{
	struct watchdog_info info = { 0 };

	if (ioctl(armed->fd, WDIOC_GETSUPPORT, &info) < 0)
		return error_set(err, errno, "cannot ask %s for its driver: %s",
				 armed->path, strerror(errno));
	if (!strncmp((const char *)info.identity, watchdog->identity,
		     sizeof(info.identity)))
		return 0;
	return error_set(err, ENODEV, "%s is %.*s, expected %s", armed->path,
			 (int)sizeof(info.identity), (const char *)info.identity,
			 watchdog->identity);
}

static int set_time(struct watchdog_armed *armed, const struct watchdog *watchdog,
		    struct error *err)
{
	int seconds = (int)watchdog->seconds;

	/* The driver replaces it by the time that it has set. */
	if (ioctl(armed->fd, WDIOC_SETTIMEOUT, &seconds) < 0)
		return error_set(err, errno, "%s cannot be set to %u seconds: %s",
				 armed->path, watchdog->seconds, strerror(errno));
	armed->seconds = seconds > 0 ? (uint32_t)seconds : watchdog->seconds;
	if (armed->seconds < watchdog->seconds_at_kexec)
		armed->seconds = watchdog->seconds_at_kexec;
	/* ipmi_watchdog starts with this. A driver without it has started long ago. */
	if (ioctl(armed->fd, WDIOC_KEEPALIVE, &(int){ 0 }) < 0 && errno != EOPNOTSUPP)
		return error_set(err, errno, "%s cannot be started: %s", armed->path,
				 strerror(errno));
	return 0;
}

int watchdog_arm(const struct root *root, const struct watchdog *watchdog,
		 struct watchdog_armed *armed, struct error *err)
{
	sigset_t all;
	int rc;

	if (asprintf(&armed->path, "/%s", watchdog->path) < 0) {
		armed->path = NULL;
		return error_no_memory(err);
	}
	armed->seconds = watchdog->seconds;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &armed->before);
	rc = open_device(root, armed, watchdog, err);
	if (rc < 0) {
		pthread_sigmask(SIG_SETMASK, &armed->before, NULL);
		free(armed->path);
		armed->path = NULL;
		return rc;
	}
	rc = require_identity(armed, watchdog, err);
	return rc ? rc : set_time(armed, watchdog, err);
}

int watchdog_stop(struct watchdog_armed *armed, struct error *err)
{
	int option = WDIOS_DISABLECARD, rc = 0;

	if (armed->fd < 0)
		return 0;
	if (ioctl(armed->fd, WDIOC_SETOPTIONS, &option) < 0)
		rc = error_set(err, errno,
			       "%s cannot be stopped (%s) and resets the machine within "
			       "%u seconds, unless a program opens it and keeps it alive",
			       armed->path, strerror(errno), armed->seconds);
	/* Closing it is meant: see "Magic Close" in the document above. */
	if (write(armed->fd, "V", 1) != 1 && !rc)
		rc = error_set(err, errno, "cannot write to %s: %s", armed->path,
			       strerror(errno));
	close(armed->fd);
	armed->fd = -1;
	free(armed->path);
	armed->path = NULL;
	pthread_sigmask(SIG_SETMASK, &armed->before, NULL);
	return rc;
}
