// SPDX-License-Identifier: GPL-2.0-only
/* The action --load-jump-back-helper: makes the image that returns, and loads it. */
#include "load/jump_back_action.h"

#include <errno.h>
#include <string.h>

#include "load/jump_back.h"
#include "load/load_permission.h"
#include "load/loaded_memo.h"
#include "load/syscalls.h"

/* Refuses if a kernel is loaded, which would be replaced, or if --entry is missing. */
static int require_jump_back_possible(const struct options *options,
				      const struct root *root, struct error *err)
{
	_cleanup_machine_status_ struct machine_status status = { 0 };

	enum xen_role xen = xen_role_read(root);

	if (xen == XEN_ROLE_DOM0)
		return error_set(err, EINVAL,
				 "--load-jump-back-helper: this is the dom0 of a Xen "
				 "hypervisor, which has no kernel to return to");
	machine_read_status(root, xen, &status);
	if (status.normal_known && status.normal_loaded)
		return error_set(err, EBUSY,
				 "--load-jump-back-helper: a kernel is loaded already; "
				 "kexec -u unloads it");
	if (!options->entry)
		return error_set(err, EINVAL,
				 "--load-jump-back-helper needs --entry=ADDRESS: the "
				 "kexec_jump_back_entry= of /proc/cmdline");
	return 0;
}

enum exit_status load_jump_back_action(const struct options *options,
				       const struct root *root)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct load_permission permission;
	int rc;

	if (require_jump_back_possible(options, root, &err) < 0)
		return report_error(STATUS_REFUSED, &err);
	rc = machine_read(root, &machine, &err);
	if (!rc)
		rc = jump_back_build(options, &machine, &image, &err);
	if (options->debug) {
		report_all("", &machine.notes);
		report_all("", &image.notes);
	}
	if (rc < 0)
		return report_error(STATUS_UNPREPARED, &err);
	load_permission_read(root, machine.lockdown, machine.xen_role, &permission);
	rc = load_permission_require(&permission, false, &err);
	if (!rc)
		rc = kexec_load_image(&image, &permission, &err);
	if (!rc && loaded_memo_remove(root, false, &err) < 0 && options->debug)
		report_message("", err.message ? err.message : strerror(err.number));
	return rc < 0 ? report_error(STATUS_REFUSED, &err) : STATUS_DONE;
}
