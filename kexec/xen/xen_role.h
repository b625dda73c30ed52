/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the running kernel is a domain of a Xen hypervisor, and of which kind. */
#ifndef KEXEC_XEN_ROLE_H
#define KEXEC_XEN_ROLE_H

#include "util/io.h"

enum xen_role {
	XEN_ROLE_NONE, /* no Xen, or a domain in which kexec works as on any machine */
	/*
	 * The PV or PVH dom0: the hypervisor owns memory and processors, so it must load
	 * and start the next kernel.
	 */
	XEN_ROLE_DOM0,
	/* A PV guest: its memory is not physical memory, so nothing can be started. */
	XEN_ROLE_PV_GUEST,
};

/*
 * Reads the role from /sys/hypervisor and /proc/xen. HVM and PVH guests have memory and
 * processors as a machine has, so their role is XEN_ROLE_NONE.
 */
enum xen_role xen_role_read(const struct root *root);

#endif
