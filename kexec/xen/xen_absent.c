// SPDX-License-Identifier: GPL-2.0-only
/* The calls to a Xen hypervisor in a program that was built without libxenctrl. */
#include <errno.h>

#include "xen/xen_calls.h"

static int built_without(struct error *err)
{
	return error_set(err, ENOTSUP,
			 "this is the dom0 of a Xen hypervisor, but kexec was built "
			 "without libxenctrl, through which it loads a kernel there; "
			 "install a kexec that has it (kexec --version)");
}

int xen_read_facts(struct xen_facts *facts, struct error *err)
{
	(void)facts;
	return built_without(err);
}

int xen_load(bool crash, uint64_t entry, const struct xen_segment *segments, size_t count,
	     struct error *err)
{
	(void)crash;
	(void)entry;
	(void)segments;
	(void)count;
	return built_without(err);
}

int xen_unload(bool crash, struct error *err)
{
	(void)crash;
	return built_without(err);
}

int xen_is_loaded(bool crash, bool *loaded, struct error *err)
{
	(void)crash;
	(void)loaded;
	return built_without(err);
}

int xen_exec(struct error *err)
{
	return built_without(err);
}
