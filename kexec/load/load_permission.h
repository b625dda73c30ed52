/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether this process may load a kernel, as far as user space can see. */
#ifndef KEXEC_LOAD_PERMISSION_H
#define KEXEC_LOAD_PERMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "util/io.h"

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
	const char *lockdown;	  /* as machine->lockdown; borrowed */
};

/*
 * Reads the permissions; those that cannot be read do not forbid anything. lockdown: as
 * machine->lockdown; it must outlive *permission.
 */
void load_permission_read(const struct root *root, const char *lockdown,
			  struct load_permission *permission);

/* Returns the limit for crash kernels (crash) or for normal ones. */
static inline const struct load_limit *
load_permission_limit(const struct load_permission *permission, bool crash)
{
	return crash ? &permission->crash : &permission->normal;
}

/* Returns the name of that limit's sysctl; a static string. */
const char *load_limit_sysctl(bool crash);

#endif
