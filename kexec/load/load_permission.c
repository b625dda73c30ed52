// SPDX-License-Identifier: GPL-2.0-only
/* Reads whether this process may load a kernel: capability and sysctls. */
#include "load/load_permission.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>

#include "util/strings.h"

#define SYSCTL_PATH "proc/sys/kernel/"

static bool lacks_cap_sys_boot(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return !(data[CAP_TO_INDEX(CAP_SYS_BOOT)].effective & CAP_TO_MASK(CAP_SYS_BOOT));
}

bool load_capability_missing(const struct root *root)
{
	return root->live && lacks_cap_sys_boot();
}

/* Without a limit the file holds -1, which root_read_u64() rejects. */
static void read_limit(const struct root *root, const char *path,
		       struct load_limit *limit)
{
	limit->is_set = !root_read_u64(root, path, &limit->left, NULL);
}

/* Returns true if there is such a file and its text begins with start. */
static bool begins_with(const struct root *root, const char *path, const char *start)
{
	_cleanup_free_ char *text = NULL;

	return !root_read_file(root, path, 4096, &text, NULL, NULL) &&
	       starts_with(text, start);
}

/*
 * In a dom0 the hypervisor owns memory and processors. The capability "control_d" marks a
 * dom0 (drivers/xen/xenfs/super.c). Before Linux 4.13 guest_type is missing, and every
 * dom0 is PV.
 */
static bool is_xen_dom0(const struct root *root)
{
	return begins_with(root, "sys/hypervisor/type", "xen") &&
	       begins_with(root, "proc/xen/capabilities", "control_d") &&
	       !begins_with(root, "sys/hypervisor/guest_type", "HVM");
}

void load_permission_read(const struct root *root, const char *lockdown,
			  struct load_permission *permission)
{
	uint64_t disabled = 0;

	*permission =
		(struct load_permission){ .live = root->live, .lockdown = lockdown };
	permission->capability_missing = load_capability_missing(root);
	permission->disabled_known =
		!root_read_u64(root, SYSCTL_PATH "kexec_load_disabled", &disabled, NULL);
	permission->disabled = disabled != 0;
	read_limit(root, SYSCTL_PATH "kexec_load_limit_reboot", &permission->normal);
	read_limit(root, SYSCTL_PATH "kexec_load_limit_panic", &permission->crash);
	permission->xen_dom0 = is_xen_dom0(root);
	permission->has_ima = root_exists(root, "sys/kernel/security/integrity/ima");
}

int load_limit_require(const struct load_permission *permission, bool crash,
		       struct error *err)
{
	const struct load_limit *limit = load_permission_limit(permission, crash);

	if (!limit->is_set || limit->left)
		return 0;
	return error_set(
		err, EPERM,
		"the sysctl kernel.kexec_load_limit_%s is 0: no more loads until "
		"the next boot",
		crash ? "panic" : "reboot");
}

int load_permission_require(const struct load_permission *permission, bool crash,
			    struct error *err)
{
	if (!permission->xen_dom0)
		return load_limit_require(permission, crash, err);
	return error_set(
		err, EPERM,
		"this is the dom0 of a Xen hypervisor, which owns the machine: a "
		"kernel that Linux loads here cannot start; reboot, or use a "
		"kexec-tools that is built for Xen");
}
