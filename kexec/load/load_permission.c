// SPDX-License-Identifier: GPL-2.0-only
/* Reads whether this process may load a kernel: capability and sysctls. */
#include "load/load_permission.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>

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

void load_permission_read(const struct root *root, const char *lockdown,
			  enum xen_role xen, struct load_permission *permission)
{
	uint64_t disabled = 0;

	*permission = (struct load_permission){ .live = root->live,
						.lockdown = lockdown,
						.xen = xen };
	permission->capability_missing = load_capability_missing(root);
	permission->disabled_known =
		!root_read_u64(root, SYSCTL_PATH "kexec_load_disabled", &disabled, NULL);
	permission->disabled = disabled != 0;
	read_limit(root, SYSCTL_PATH "kexec_load_limit_reboot", &permission->normal);
	read_limit(root, SYSCTL_PATH "kexec_load_limit_panic", &permission->crash);
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
	if (permission->xen == XEN_ROLE_DOM0)
		return 0;
	if (permission->xen == XEN_ROLE_NONE)
		return load_limit_require(permission, crash, err);
	return error_set(err, EPERM,
			 "this is a PV guest of a Xen hypervisor, whose memory is not "
			 "that of a machine, so it cannot start another kernel itself; "
			 "let the host start one (with pvgrub or pygrub, for example), "
			 "or make it a PVH or HVM guest");
}
