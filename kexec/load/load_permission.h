/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether this process may load a kernel, as far as user space can see. */
#ifndef KEXEC_LOAD_PERMISSION_H
#define KEXEC_LOAD_PERMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"
#include "util/io.h"
#include "xen/xen_role.h"

/*
 * kernel.kexec_load_limit_reboot or kernel.kexec_load_limit_panic (Linux 6.3). Each call
 * that loads decrements it, even if the kernel refuses the call afterwards.
 */
struct load_limit {
	bool is_set;   /* false: no limit, or a kernel without the sysctl */
	uint64_t left; /* loads until the next boot */
};

struct load_permission {
	bool live;		  /* about this machine, not a recorded one */
	bool capability_missing;  /* CAP_SYS_BOOT; false if not live */
	bool disabled_known;	  /* the sysctl kernel.kexec_load_disabled can be read */
	bool disabled;		  /* that sysctl is set; false if unknown */
	struct load_limit normal; /* of loads of the normal kernel */
	struct load_limit crash;  /* of loads of the crash kernel */
	enum xen_role xen;	  /* of the running kernel */
	bool has_ima;		  /* IMA is built in; it may appraise kernel files */
	const char *lockdown;	  /* as machine->lockdown; borrowed */
};

/*
 * Returns true if this process certainly lacks the capability to load and start kernels.
 */
bool load_capability_missing(const struct root *root);

/*
 * Reads the permissions; those that cannot be read do not forbid anything. lockdown: as
 * machine->lockdown; it must outlive *permission. xen: as xen_role_read() returns it.
 */
void load_permission_read(const struct root *root, const char *lockdown,
			  enum xen_role xen, struct load_permission *permission);

/* Returns the limit for crash kernels (crash) or for normal ones. */
static inline const struct load_limit *
load_permission_limit(const struct load_permission *permission, bool crash)
{
	return crash ? &permission->crash : &permission->normal;
}

/*
 * Refuses if the limit is used up, with a message that names its sysctl. Returns 0 or
 * -EPERM.
 */
__must_check int load_limit_require(const struct load_permission *permission, bool crash,
				    struct error *err);

/*
 * Refuses if neither call can load, although the kernel would not say so, or not before
 * it has counted the call: in a PV guest of Xen, and where the limit is used up. The
 * limits are not those of Xen, which loads for its dom0. Returns 0 or
 * -EPERM.
 */
__must_check int load_permission_require(const struct load_permission *permission,
					 bool crash, struct error *err);

#endif
