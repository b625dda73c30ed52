// SPDX-License-Identifier: GPL-2.0-only
/* The actions about kernels that are loaded already: -u, -S and --print-ckr-size. */
#include "load/loaded_action.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crash/crash_facts.h"
#include "load/load_method.h"
#include "load/load_permission.h"
#include "load/loaded_memo.h"
#include "load/syscalls.h"
#include "machine/machine.h"
#include "xen/xen_calls.h"

/* A memo that cannot be removed is harmless: it names another load or another boot. */
static void forget(const struct options *options, const struct root *root)
{
	_cleanup_error_ struct error err = { 0 };

	if (loaded_memo_remove(root, options->crash, &err) < 0 && options->debug)
		report_message("", err.message ? err.message : strerror(err.number));
}

static enum exit_status unload_from_xen(const struct options *options,
					const struct root *root)
{
	_cleanup_error_ struct error err = { 0 };

	if (xen_unload(options->crash, &err) < 0)
		return report_error(STATUS_REFUSED, &err);
	forget(options, root);
	return STATUS_DONE;
}

enum exit_status unload_action(const struct options *options, const struct root *root)
{
	const struct load_order kexec_load_first = { .first = LOAD_METHOD_KEXEC_LOAD,
						     .has_second = true };
	_cleanup_free_ char *lockdown = machine_read_lockdown(root);
	_cleanup_error_ struct error err = { 0 };
	struct load_permission permission;
	int rc;

	load_permission_read(root, lockdown, xen_role_read(root), &permission);
	if (permission.xen == XEN_ROLE_DOM0)
		return unload_from_xen(options, root);
	if (load_limit_require(&permission, options->crash, &err) < 0)
		return report_error(STATUS_REFUSED, &err);
	/* Lockdown refuses kexec_load, after the running kernel has counted the call. */
	if (options->load_syscall == LOAD_SYSCALL_KEXEC_FILE_LOAD ||
	    (options->load_syscall == LOAD_SYSCALL_AUTO &&
	     machine_is_locked_down(permission.lockdown)))
		rc = kexec_file_unload(options->crash, &permission, &err);
	else
		rc = kexec_unload(options->crash, &permission, &err);
	/*
	 * Only the first call's message is reported: the kernel may lack kexec_file_load.
	 */
	if (options->load_syscall == LOAD_SYSCALL_AUTO && rc < 0 &&
	    load_order_falls_back(&kexec_load_first, -rc) &&
	    !kexec_file_unload(options->crash, &permission, NULL))
		rc = 0;
	if (rc < 0)
		return report_error(STATUS_REFUSED, &err);
	forget(options, root);
	return STATUS_DONE;
}

enum exit_status status_action(const struct options *options, const struct root *root)
{
	_cleanup_error_ struct error err = { 0 };
	bool normal = options->normal_status;
	_cleanup_machine_status_ struct machine_status status = { 0 };
	bool known, loaded;

	if (options->status_output != STATUS_OUTPUT_NONE &&
	    loaded_memo_print(root, options->status_output == STATUS_OUTPUT_JSON, stdout,
			      &err) < 0)
		return report_error(STATUS_REFUSED, &err);
	machine_read_status(root, xen_role_read(root), &status);
	known = normal ? status.normal_known : status.crash_known;
	loaded = normal ? status.normal_loaded : status.crash_loaded;
	if (known)
		return loaded ? STATUS_LOADED : STATUS_NOT_LOADED;
	if (status.no_answer.number)
		return report_error(STATUS_REFUSED, &status.no_answer);
	error_set(
		&err, ENOENT,
		"-S: cannot read /sys/kernel/%s: is /sys mounted, and the running kernel "
		"built with CONFIG_KEXEC?",
		normal ? "kexec_loaded" : "kexec_crash_loaded");
	return report_error(STATUS_REFUSED, &err);
}

enum exit_status print_crash_size_action(const struct options *options,
					 const struct root *root)
{
	_cleanup_error_ struct error err = { 0 };
	uint64_t size = 0;

	(void)options;
	if (crash_region_read_size(root, &size, &err) < 0)
		return report_error(STATUS_UNPREPARED, &err);
	printf("%" PRIu64 "\n", size);
	return STATUS_DONE;
}
