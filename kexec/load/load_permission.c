// SPDX-License-Identifier: GPL-2.0-only
/* Reads whether this process may load a kernel: capability and sysctls. */
#include "load/load_permission.h"

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

/* Without a limit the file holds -1, which root_read_u64() rejects. */
static void read_limit(const struct root *root, const char *path,
		       struct load_limit *limit)
{
	limit->is_set = !root_read_u64(root, path, &limit->left, NULL);
}

void load_permission_read(const struct root *root, const char *lockdown,
			  struct load_permission *permission)
{
	uint64_t disabled = 0;

	*permission =
		(struct load_permission){ .live = root->live, .lockdown = lockdown };
	permission->capability_missing = root->live && lacks_cap_sys_boot();
	permission->disabled_known =
		!root_read_u64(root, SYSCTL_PATH "kexec_load_disabled", &disabled, NULL);
	permission->disabled = disabled != 0;
	read_limit(root, SYSCTL_PATH "kexec_load_limit_reboot", &permission->normal);
	read_limit(root, SYSCTL_PATH "kexec_load_limit_panic", &permission->crash);
}

const char *load_limit_sysctl(bool crash)
{
	return crash ? "kernel.kexec_load_limit_panic" : "kernel.kexec_load_limit_reboot";
}
