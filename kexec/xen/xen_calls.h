/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls to a Xen hypervisor, through libxenctrl. Only here, kexec asks the hypervisor
 * for something. Works in a dom0, as root. The interface is that of Xen 4.8 and later
 * (kexec_op in Xen's public/kexec.h).
 */
#ifndef KEXEC_XEN_CALLS_H
#define KEXEC_XEN_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "xen/xen_facts.h"

/* Xen refuses KEXEC_SEGMENT_MAX (16) segments, and takes one less. */
#define XEN_SEGMENTS_MAX 15u

/* A piece of physical memory [start, end), in whole pages. */
struct xen_segment {
	uint64_t start;
	uint64_t end;
	/* Its contents, size bytes, then zeros; NULL: only mapped, its contents stay. */
	const void *data;
	uint64_t size;
};

/*
 * All functions return 0 or -errno: -ELIBACC without libxenctrl, -ENOTSUP if this program
 * was built without it, -ENOENT or -EACCES if /dev/xen/privcmd cannot be opened, and the
 * hypervisor's errors, explained.
 */

/*
 * Reads the machine's memory map, the ranges for kexec, and what the hypervisor knows of
 * EFI: without firmware of that kind, these members stay empty. *facts must be { 0 }.
 */
__must_check int xen_read_facts(struct xen_facts *facts, struct error *err);

/*
 * Loads the crash kernel (crash) or the normal one, and replaces the one before. entry:
 * where the CPU enters in long mode, with a map of the segments only, each at its own
 * address. Crash kernels must lie in the crash region, apart from segments without data.
 * Normal ones must lie below enough free memory of the hypervisor (-ENOMEM if not).
 */
__must_check int xen_load(bool crash, uint64_t entry, const struct xen_segment *segments,
			  size_t count, struct error *err);

/* Unloads the crash kernel or the normal one. Succeeds if none is loaded. */
__must_check int xen_unload(bool crash, struct error *err);

/*
 * Sets *loaded to whether the crash kernel, or the normal one, is loaded. After another
 * program has replaced or unloaded a kernel, the hypervisor's answer may be wrong.
 */
__must_check int xen_is_loaded(bool crash, bool *loaded, struct error *err);

/*
 * Starts the loaded kernel. The hypervisor stops all processors; Linux does not shut its
 * devices down first. Returns only if that fails.
 */
int xen_exec(struct error *err);

#endif
