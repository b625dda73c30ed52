// SPDX-License-Identifier: GPL-2.0-only
/* Finds a watchdog that runs on over a kexec. */
#include "load/watchdog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "load/watchdog_drivers.h"
#include "util/directory.h"
#include "util/strings.h"

#define CLASS	       "sys/class/watchdog"
#define STOP_ON_REBOOT "sys/module/watchdog/parameters/stop_on_reboot"
#define ATTRIBUTE_MAX  4096

/* The module parameter watchdog.stop_on_reboot, which Linux 5.10 has. */
enum stop_on_reboot {
	STOP_AS_DRIVERS_DO, /* -1, the default, also of kernels without it */
	STOP_NONE,	    /* 0 */
	STOP_ALL,	    /* another number */
};

void watchdog_clear(struct watchdog *watchdog)
{
	free(watchdog->path);
	free(watchdog->identity);
	*watchdog = (struct watchdog){ 0 };
}

static enum stop_on_reboot read_stop_on_reboot(const struct root *root)
{
	_cleanup_free_ char *text = NULL;

	if (root_read_file(root, STOP_ON_REBOOT, ATTRIBUTE_MAX, &text, NULL, NULL) < 0 ||
	    starts_with(text, "-"))
		return STOP_AS_DRIVERS_DO;
	return starts_with(text, "0") ? STOP_NONE : STOP_ALL;
}

/* Reads an attribute without its newline; NULL if the kernel does not show it. */
static char *read_attribute(const struct root *root, const char *name,
			    const char *attribute)
{
	char *text = NULL;

	if (root_readf_file(root, ATTRIBUTE_MAX, &text, NULL, NULL, CLASS "/%s/%s", name,
			    attribute) < 0)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Fails if the device does not run on over a kexec. */
static int require_kept(const char *identity, enum stop_on_reboot stop, struct error *err)
{
	const char *driver;
	enum watchdog_habit habit = watchdog_driver_habit(identity, &driver);

	if (habit == WATCHDOG_UNKNOWN)
		return error_set(err, EOPNOTSUPP,
				 "it is not known whether its driver keeps it running "
				 "over a kexec");
	if (habit == WATCHDOG_ENDS)
		return error_set(err, EOPNOTSUPP,
				 "%s cannot keep it running over a kexec", driver);
	if (stop == STOP_ALL)
		return error_set(err, EOPNOTSUPP,
				 "watchdog.stop_on_reboot, which is not 0, stops it at a "
				 "kexec");
	if (habit == WATCHDOG_ASKED && stop != STOP_NONE)
		return error_set(err, EOPNOTSUPP,
				 "%s stops it at a kexec, unless this kernel is booted "
				 "with watchdog.stop_on_reboot=0",
				 driver);
	return 0;
}

/* Only one program can open it. */
static int require_unused(const struct root *root, const char *name, struct error *err)
{
	_cleanup_free_ char *state = read_attribute(root, name, "state");

	if (!state || strcmp(state, "active"))
		return 0;
	return error_set(err, EBUSY,
			 "another program has it open, as systemd does for "
			 "RuntimeWatchdogSec=; it runs on over a kexec without "
			 "--watchdog, too");
}

/* Linux 5.10 does not show the limits; then the device refuses when it is set. */
static int require_in_range(const struct root *root, const char *name, uint32_t seconds,
			    struct error *err)
{
	uint64_t least = 0, most = 0;

	if (root_readf_u64(root, &least, NULL, CLASS "/%s/min_timeout", name) < 0)
		least = 0;
	/* 0 means: without a limit. */
	if (root_readf_u64(root, &most, NULL, CLASS "/%s/max_timeout", name) < 0 || !most)
		most = UINT32_MAX;
	if (seconds >= least && seconds <= most)
		return 0;
	return error_set(err, ERANGE,
			 "it can be set to %" PRIu64 " to %" PRIu64 " seconds", least,
			 most);
}

/* Puts the device's name before the message; returns rc. */
static int name_device(const char *name, const char *identity, int rc, struct error *err)
{
	error_wrap(err, "/dev/%s (%s)", name, identity);
	return rc;
}

static int take(const char *name, char **identity, uint32_t seconds,
		struct watchdog *watchdog, struct error *err)
{
	if (asprintf(&watchdog->path, "dev/%s", name) < 0) {
		watchdog->path = NULL;
		return error_no_memory(err);
	}
	watchdog->identity = take_pointer(*identity);
	watchdog->seconds = seconds;
	return 0;
}

/* Takes a device of the class if it runs on and can be used. */
static int try_device(const struct root *root, const char *name, enum stop_on_reboot stop,
		      uint32_t seconds, struct watchdog *watchdog, struct error *err)
{
	_cleanup_free_ char *identity = read_attribute(root, name, "identity");
	int rc;

	if (!identity)
		return error_set(err, EOPNOTSUPP,
				 "/dev/%s: this kernel does not tell its driver "
				 "(CONFIG_WATCHDOG_SYSFS)",
				 name);
	rc = require_kept(identity, stop, err);
	if (!rc)
		rc = require_unused(root, name, err);
	if (!rc)
		rc = require_in_range(root, name, seconds, err);
	if (rc < 0)
		return name_device(name, identity, rc, err);
	return take(name, &identity, seconds, watchdog, err);
}

/*
 * ipmi_watchdog is older than the class. It owns /dev/watchdog if that exists and does
 * not belong to the first device of the class.
 */
static bool has_ipmi(const struct root *root)
{
	return root_exists(root, "sys/module/ipmi_watchdog") &&
	       root_exists(root, "sys/class/misc/watchdog") &&
	       !root_exists(root, CLASS "/watchdog0");
}

static int take_ipmi(uint32_t seconds, struct watchdog *watchdog, struct error *err)
{
	_cleanup_free_ char *identity = strdup(WATCHDOG_IPMI_IDENTITY);

	if (!identity)
		return error_no_memory(err);
	watchdog->seconds_at_kexec = WATCHDOG_IPMI_SECONDS_MIN;
	return take("watchdog", &identity, seconds, watchdog, err);
}

/* Adds the reason why a device is not taken. Returns -ENOMEM, else rc of the first. */
static int collect(int rc, const struct error *reason, struct error *err)
{
	_cleanup_free_ char *before = NULL;

	if (rc == -ENOMEM || !reason->message)
		return error_no_memory(err);
	if (!err->message)
		return error_set(err, -rc, "%s", reason->message);
	before = strdup(err->message);
	if (!before)
		return error_no_memory(err);
	return error_set(err, err->number, "%s; %s", before, reason->message);
}

static int try_class(const struct root *root, uint32_t seconds, struct watchdog *watchdog,
		     struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	enum stop_on_reboot stop = read_stop_on_reboot(root);
	int first = -ENODEV;
	size_t i;

	/* Without the directory, no driver of this class is loaded. */
	if (root_list(root, CLASS, &names, NULL) < 0)
		return -ENODEV;
	for (i = 0; i < names.count; i++) {
		_cleanup_error_ struct error reason = { 0 };
		int rc = try_device(root, names.items[i], stop, seconds, watchdog,
				    &reason);

		if (!rc)
			return 0;
		first = collect(rc, &reason, err);
	}
	return first;
}

int watchdog_choose(const struct root *root, uint32_t seconds, struct watchdog *watchdog,
		    struct error *err)
{
	_cleanup_error_ struct error reasons = { 0 };
	int rc = try_class(root, seconds, watchdog, &reasons);

	if (!rc)
		return 0;
	if (rc != -ENOMEM && has_ipmi(root))
		return take_ipmi(seconds, watchdog, err);
	if (reasons.message)
		return error_set(err, -rc, "--watchdog=%u: %s", seconds, reasons.message);
	return error_set(err, -rc,
			 "--watchdog=%u: no driver of a watchdog is loaded; load that of "
			 "this machine, such as iTCO_wdt, or leave out --watchdog",
			 seconds);
}
