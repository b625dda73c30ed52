// SPDX-License-Identifier: GPL-2.0-only
/* The actions that start a kernel: -e, -f, and the one without an option. */
#include "load/start_action.h"

#include <errno.h>
#include <unistd.h>

#include "load/load_action.h"
#include "load/syscalls.h"
#include "machine/machine.h"

static enum exit_status start(const struct options *options)
{
	_cleanup_error_ struct error err = { 0 };

	if (!options->no_sync)
		sync();
	if (!options->no_ifdown)
		network_interfaces_down();
	if (kexec_reboot(&err) < 0)
		return report_error(STATUS_REFUSED, &err);
	return STATUS_DONE;
}

enum exit_status exec_action(const struct options *options, const struct root *root)
{
	_cleanup_error_ struct error err = { 0 };
	struct machine_status status;

	/* If the status is unknown, go on: the kernel refuses if nothing is loaded. */
	machine_read_status(root, &status);
	if (!status.normal_known || status.normal_loaded)
		return start(options);
	error_set(&err, ENOENT,
		  "nothing can be started, as no kernel is loaded; load one with "
		  "kexec -l KERNEL");
	return report_error(STATUS_UNPREPARED, &err);
}

enum exit_status load_and_exec_action(const struct options *options,
				      const struct root *root)
{
	enum exit_status status = load_action(options, root);

	if (status != STATUS_DONE || load_only_shown(options))
		return status;
	/* -p has loaded a crash kernel; a normal kernel may be missing. */
	return options->crash ? exec_action(options, root) : start(options);
}

enum exit_status load_and_shutdown_action(const struct options *options,
					  const struct root *root)
{
	enum exit_status status = load_action(options, root);
	_cleanup_error_ struct error err = { 0 };

	if (status != STATUS_DONE || load_only_shown(options))
		return status;
	exec_shutdown(&err);
	return report_error(STATUS_REFUSED, &err);
}
