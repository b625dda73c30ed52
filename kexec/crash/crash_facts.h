/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts about the running kernel that only a crash load needs, beside struct machine. */
#ifndef KEXEC_CRASH_FACTS_H
#define KEXEC_CRASH_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/machine.h"
#include "memory/iomem.h"
#include "memory/memory_map.h"
#include "memory/physical_memory.h"
#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

/* A note that the kernel fills at a crash: [start, end), physical. */
struct crash_note {
	uint64_t start;
	uint64_t end;
};

struct crash_facts {
	/* The "Crash kernel" lines of /proc/iomem, as RAM: what crashkernel= reserved. */
	struct memory_map reserved;
	/* All RAM of the running kernel, including the reserved regions. */
	struct memory_map ram;
	/* Memory of crashkernel=SIZE,cma, which both kernels use as RAM. */
	struct memory_map cma;
	/*
	 * There is such memory, but the kernel does not list it, as some from 6.17 on do
	 * not.
	 */
	bool cma_unlisted;
	/*
	 * The running kernel's own image: [text_start, text_end), physical; empty in a
	 * Xen dom0.
	 */
	uint64_t text_start;
	uint64_t text_end;
	uint64_t text_virtual; /* the virtual address of text_start */
	/*
	 * The virtual address of physical address 0 in the direct map of the kernel, or
	 * of the hypervisor.
	 */
	uint64_t direct_map;
	struct crash_note *cpu_notes; /* of the CPUs that have a note, by CPU number */
	size_t cpu_note_count;
	struct crash_note vmcoreinfo;	  /* 0, 0 if the kernel has none */
	struct crash_note xen_vmcoreinfo; /* of the hypervisor, if there is one */
	uint64_t elfcorehdr_size; /* bytes that --hotplug needs; 0 if unsupported */
	bool takes_hotplug_flag;  /* KEXEC_CRASH_HOTPLUG_SUPPORT: Linux 6.10 and later */
	/*
	 * The running kernel uses the first MiB itself, so its contents belong in the
	 * dump, but the capture kernel will overwrite them. Linux before 5.5; later ones
	 * reserve the first MiB if crashkernel= is given.
	 */
	bool uses_low_memory;
	struct string_list notes; /* for -d */
};

/*
 * Reads all of *facts, which must be { 0 }; crash_facts_clear frees it, also after an
 * error. *machine must have been read with the same reader before, even if that failed.
 * -ENODEV if crashkernel= reserved nothing. Also fails if /proc/kcore or the notes of all
 * CPUs cannot be read, or if /proc/kcore lacks the kernel text or the direct map.
 */
__must_check int crash_facts_read(struct physical_memory_reader *reader,
				  const struct machine *machine,
				  struct crash_facts *facts, struct error *err);

/* Frees all memory of the facts and sets them to { 0 }. */
void crash_facts_clear(struct crash_facts *facts);

#define _cleanup_crash_facts_ _cleanup_(crash_facts_clear)

/* Returns the size in bytes of the highest "Crash kernel" region, 0 without one. */
uint64_t crash_region_size(const struct iomem *iomem);

/*
 * Reads only that size (--print-ckr-size). Fails if /proc/iomem, or in a Xen dom0 the
 * hypervisor, cannot be read.
 */
__must_check int crash_region_read_size(const struct root *root, uint64_t *size,
					struct error *err);

#endif
