/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine as a Xen hypervisor sees it. In a dom0, Linux has memory of its own
 * numbering and a few virtual processors. Only the hypervisor knows physical memory,
 * which Xen calls machine memory, and the processors.
 */
#ifndef KEXEC_XEN_FACTS_H
#define KEXEC_XEN_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "memory/memory_map.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/io.h"

/* A recorded machine has the facts in this file, which looks like /proc/iomem. */
#define XEN_FACTS_PATH "xen/memory"

/* [start, end), physical; 0, 0 without one. */
struct xen_range {
	uint64_t start;
	uint64_t end;
};

/* A range of the firmware's EFI memory map (UEFI specification 2.10, 7.2). */
struct xen_efi_range {
	struct xen_range range; /* whole pages */
	uint32_t type;
	uint64_t attribute;
};

struct xen_facts {
	struct memory_map memory; /* the hypervisor's copy of the firmware's map */
	struct xen_range crash;	  /* what crashkernel= of the hypervisor reserved */
	/*
	 * Notes that the hypervisor fills at a crash, one for each processor that is
	 * online. That of the first one has XEN_ELFNOTE_CRASH_INFO, too.
	 */
	struct xen_range *cpu_notes; /* owned */
	size_t cpu_note_count;
	struct xen_range vmcoreinfo; /* of the hypervisor; Linux has its own */
	struct xen_range efi_tables; /* the EFI config table array */
	/*
	 * The EFI system table, physical, which the hypervisor does not tell: the reader
	 * of the machine looks for it, so that it is recorded; 0 if it was not found.
	 */
	uint64_t efi_system_table;
	/* Of the EFI memory map, the ranges that are not RAM, sorted; owned. */
	struct xen_efi_range *efi_memory;
	size_t efi_memory_count;
};

/*
 * Reads the facts: on the live machine from the hypervisor, else from XEN_FACTS_PATH.
 * *facts must be { 0 }; xen_facts_clear frees it, also after an error. Errors of
 * xen_read_facts, or of reading the file; -ENODATA if it names no RAM.
 */
__must_check int xen_facts_read(const struct root *root, struct xen_facts *facts,
				struct error *err);

/* Add a processor's note, or a range of the EFI memory map. They return 0 or -ENOMEM. */
__must_check int xen_facts_add_note(struct xen_facts *facts, struct xen_range note);
__must_check int xen_facts_add_efi_range(struct xen_facts *facts,
					 struct xen_efi_range range);

/*
 * The facts as lines of the form of /proc/iomem. *text belongs to the caller. Returns 0
 * or -ENOMEM.
 */
__must_check int xen_facts_text(const struct xen_facts *facts, char **text);

/*
 * The lines of a dom0's /proc/iomem that are about devices, then the hypervisor's RAM,
 * reserved memory and crash region: what Linux would show without the hypervisor. dom0
 * may be NULL. *text belongs to the caller. Returns 0 or -ENOMEM.
 */
__must_check int xen_facts_iomem(const struct xen_facts *facts, const char *dom0,
				 char **text);

/* Frees what *facts owns and sets it to { 0 }. */
void xen_facts_clear(struct xen_facts *facts);

#define _cleanup_xen_facts_ _cleanup_(xen_facts_clear)

#endif
