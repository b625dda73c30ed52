// SPDX-License-Identifier: GPL-2.0-only
/* Starting the loaded kernel, without harm to the machine where that cannot succeed. */
#include "load/start.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/report.h"
#include "load/load_permission.h"
#include "load/syscalls.h"
#include "load/watchdog_device.h"
#include "machine/machine.h"
#include "util/strings.h"
#include "xen/xen_calls.h"
#include "xen/xen_role.h"

/* The inode of the first PID namespace (PROC_PID_INIT_INO in include/linux/proc_ns.h). */
#define FIRST_PID_NAMESPACE 0xeffffffcu

static int nothing_loaded(struct error *err)
{
	return error_set(err, ENOENT,
			 "no kernel is loaded; load one with kexec -l KERNEL");
}

/* The reboot call refuses to start a kernel there. Returns false without /proc. */
static bool is_in_pid_namespace(const struct root *root)
{
	_cleanup_close_ int fd = root_openat(root, "proc/self/ns/pid", NULL);
	struct stat status;

	return fd >= 0 && !fstat(fd, &status) && status.st_ino != FIRST_PID_NAMESPACE;
}

int start_require_possible(const struct root *root, struct error *err)
{
	_cleanup_machine_status_ struct machine_status status = { 0 };

	machine_read_status(root, xen_role_read(root), &status);
	if (status.normal_known && !status.normal_loaded)
		return nothing_loaded(err);
	/* ENOENT would be the answer that nothing is loaded. */
	if (status.no_answer.number)
		return error_set(
			err,
			status.no_answer.number == ENOENT ? ENODEV
							  : status.no_answer.number,
			"%s",
			status.no_answer.message ? status.no_answer.message
						 : strerror(status.no_answer.number));
	/* Every kernel with kexec shows the status if /sys is mounted. */
	if (!status.normal_known && root_exists(root, "sys/kernel/mm"))
		return error_set(err, ENOENT,
				 "no kernel can be started: the running kernel is built "
				 "without kexec (CONFIG_KEXEC, CONFIG_KEXEC_FILE)");
	if (load_capability_missing(root))
		return error_set(err, EPERM,
				 "no kernel can be started: CAP_SYS_BOOT is missing; run "
				 "kexec as root");
	if (is_in_pid_namespace(root))
		return error_set(err, EPERM,
				 "no kernel can be started from this container, which "
				 "has a PID namespace of its own; run kexec on the host");
	return 0;
}

/* Returns the names joined by ", ", owned by the caller; NULL without memory. */
static char *join(const struct string_list *names)
{
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (i = 0; i < names->count; i++)
		fprintf(stream, "%s%s", i ? ", " : "", names->items[i]);
	if (!fclose(stream))
		return text;
	free(text);
	return NULL;
}

/* Adds to the message what has happened to the interfaces. */
static void add_network(const struct string_list *taken_down,
			const struct string_list *failed, struct error *err)
{
	_cleanup_free_ char *all = join(taken_down), *down = join(failed);
	_cleanup_free_ char *message = NULL;

	if (!err->message || !all || !down)
		return;
	message = strdup(err->message);
	if (!message)
		return;
	if (failed->count)
		error_set(err, err->number,
			  "%s; the network interfaces %s were taken down, and %s cannot "
			  "be brought up again",
			  message, all, down);
	else
		error_set(err, err->number,
			  "%s; the network interfaces %s were taken down and are up "
			  "again, but their routes through gateways and their IPv6 "
			  "addresses are lost unless a program sets them again",
			  message, all);
}

static void report_armed(const struct options *options, const struct watchdog *watchdog,
			 const struct watchdog_armed *armed)
{
	_cleanup_free_ char *text = NULL;

	if (armed->seconds != watchdog->seconds) {
		if (asprintf(&text, "%s (%s) runs for %u seconds, not for %u",
			     armed->path, watchdog->identity, armed->seconds,
			     watchdog->seconds) >= 0)
			report_message("warning: ", text);
	} else if (options->debug) {
		if (asprintf(&text, "%s (%s) resets the machine in %u seconds",
			     armed->path, watchdog->identity, armed->seconds) >= 0)
			report_message("", text);
	}
}

/* Stops it after a start that failed (rc < 0), or after a kexec jump. */
static void stop_watchdog(struct watchdog_armed *armed, int rc, struct error *err)
{
	_cleanup_error_ struct error cause = { 0 };
	_cleanup_free_ char *before = NULL;

	if (watchdog_stop(armed, &cause) >= 0 || !cause.message)
		return;
	if (rc >= 0)
		report_message("warning: ", cause.message);
	else if (err->message && (before = strdup(err->message)))
		error_set(err, err->number, "%s; %s", before, cause.message);
}

static int reboot_into_loaded(const struct root *root, struct error *err)
{
	int rc = xen_role_read(root) == XEN_ROLE_DOM0 ? xen_exec(err) : kexec_reboot(err);

	/*
	 * The kernel that was loaded has been unloaded, or the status could not be read.
	 */
	return rc == -EINVAL ? nothing_loaded(err) : rc;
}

/* The watchdog is armed last, so that only the start counts. */
static int start_watched(const struct options *options, const struct root *root,
			 const struct watchdog *watchdog, struct error *err)
{
	struct watchdog_armed armed = { .fd = -1 };
	int rc = 0;

	if (watchdog->path)
		rc = watchdog_arm(root, watchdog, &armed, err);
	if (!rc && watchdog->path)
		report_armed(options, watchdog, &armed);
	if (!rc)
		rc = reboot_into_loaded(root, err);
	stop_watchdog(&armed, rc, err);
	return rc;
}

int start_loaded(const struct options *options, const struct root *root,
		 const struct watchdog *watchdog, struct error *err)
{
	_cleanup_string_list_ struct string_list taken_down = { 0 }, failed = { 0 };
	int rc;

	if (!options->no_sync)
		sync();
	if (!options->no_ifdown)
		network_interfaces_down(&taken_down);
	rc = start_watched(options, root, watchdog, err);
	network_interfaces_up(&taken_down, &failed);
	if (rc < 0 && taken_down.count)
		add_network(&taken_down, &failed, err);
	return rc;
}
