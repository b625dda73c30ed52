/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the running kernel lets this process load a kernel, as far as that shows. */
#ifndef KEXEC_LOAD_PERMISSION_H
#define KEXEC_LOAD_PERMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "util/io.h"

/*
 * kernel.kexec_load_limit_reboot or kernel.kexec_load_limit_panic (Linux 6.3): each call that
 * loads counts down, also one that is refused after it was counted.
 */
struct load_limit {
	bool is_set;   /* false: no limit, or a kernel without the sysctl */
	uint64_t left; /* loads until the next boot */
};

struct load_permission {
	bool live;		  /* it is this machine that is asked about */
	bool capability_missing;  /* of the live machine: CAP_SYS_BOOT */
	bool disabled_known;	  /* the sysctl kernel.kexec_load_disabled can be read */
	bool disabled;		  /* and it is set */
	struct load_limit normal; /* of loads of the normal kernel */
	struct load_limit crash;  /* of loads of the crash kernel */
	const char *lockdown;	  /* as machine->lockdown; borrowed */
};

/* Reads what is not unknown. lockdown: as machine->lockdown; it must outlive *permission. */
void load_permission_read(const struct root *root, const char *lockdown,
			  struct load_permission *permission);

/* The limit of loads of the crash kernel, or of the normal one. */
static inline const struct load_limit *
load_permission_limit(const struct load_permission *permission, bool crash)
{
	return crash ? &permission->crash : &permission->normal;
}

/* The name of that limit's sysctl; a static string. */
const char *load_limit_sysctl(bool crash);

#endif
