// SPDX-License-Identifier: GPL-2.0-only
/* The actions that start a kernel: -e, -f, and the one without an option. */
#include "load/start_action.h"

#include <errno.h>

#include "load/load_action.h"
#include "load/start.h"
#include "load/syscalls.h"
#include "load/watchdog.h"

/* If no kernel is loaded, the status is 1, as with kexec-tools. */
static enum exit_status report_start(int rc, const struct error *err)
{
	if (rc >= 0)
		return STATUS_DONE;
	return report_error(rc == -ENOENT ? STATUS_UNPREPARED : STATUS_REFUSED, err);
}

/* Does nothing without --watchdog. */
static int choose_watchdog(const struct options *options, const struct root *root,
			   struct watchdog *watchdog, struct error *err)
{
	return options->watchdog ? watchdog_choose(root, options->watchdog, watchdog, err)
				 : 0;
}

static enum exit_status start(const struct options *options, const struct root *root,
			      const struct watchdog *watchdog)
{
	_cleanup_error_ struct error err = { 0 };
	int rc = start_require_possible(root, &err);

	if (!rc)
		rc = start_loaded(options, root, watchdog, &err);
	return report_start(rc, &err);
}

enum exit_status exec_action(const struct options *options, const struct root *root)
{
	_cleanup_watchdog_ struct watchdog watchdog = { 0 };
	_cleanup_error_ struct error err = { 0 };

	if (choose_watchdog(options, root, &watchdog, &err) < 0)
		return report_error(STATUS_UNPREPARED, &err);
	return start(options, root, &watchdog);
}

enum exit_status load_and_exec_action(const struct options *options,
				      const struct root *root)
{
	_cleanup_watchdog_ struct watchdog watchdog = { 0 };
	_cleanup_error_ struct error err = { 0 };
	enum exit_status status;

	/* Without a suitable watchdog, nothing is loaded. */
	if (!load_only_shown(options) &&
	    choose_watchdog(options, root, &watchdog, &err) < 0)
		return report_error(STATUS_UNPREPARED, &err);
	status = load_action(options, root);
	if (status != STATUS_DONE || load_only_shown(options))
		return status;
	/* -p has loaded a crash kernel; a normal kernel may be missing. */
	return start(options, root, &watchdog);
}

enum exit_status load_and_shutdown_action(const struct options *options,
					  const struct root *root)
{
	enum exit_status status = load_action(options, root);
	_cleanup_error_ struct error err = { 0 };
	int rc;

	if (status != STATUS_DONE || load_only_shown(options))
		return status;
	rc = start_require_possible(root, &err);
	if (rc < 0)
		return report_start(rc, &err);
	exec_shutdown(&err);
	return report_error(STATUS_REFUSED, &err);
}
