/* SPDX-License-Identifier: GPL-2.0-only */
/* What of the running machine a crash load needs beyond struct machine. Read for -p only. */
#ifndef KEXEC_CRASH_FACTS_H
#define KEXEC_CRASH_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/machine.h"
#include "memory/iomem.h"
#include "memory/memory_map.h"
#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

/* A note that the kernel fills at a crash: [start, end), physical. */
struct crash_note {
	uint64_t start;
	uint64_t end;
};

struct crash_facts {
	/* What crashkernel= reserved: the "Crash kernel" lines of /proc/iomem, as RAM. */
	struct memory_map reserved;
	/* All RAM of the running kernel, the reserved regions included. */
	struct memory_map ram;
	/* Where the running kernel keeps itself: [text_start, text_end), physical. */
	uint64_t text_start;
	uint64_t text_end;
	uint64_t text_virtual; /* the virtual address of text_start */
	/* The virtual address of physical address 0 in the kernel's direct map. */
	uint64_t direct_map;
	struct crash_note *cpu_notes; /* one for each CPU that has one, by CPU number */
	size_t cpu_note_count;
	struct crash_note vmcoreinfo; /* empty if the kernel has none */
	uint64_t elfcorehdr_size;     /* bytes that --hotplug needs; 0 if unsupported */
	/*
	 * The capture kernel may not simply use the first 640 KiB, because the running
	 * kernel uses them itself: it is older than 5.5, which reserves them whenever
	 * crashkernel= is given.
	 */
	bool uses_low_memory;
	struct string_list notes; /* for -d */
};

/*
 * Reads everything above; *machine must have been read. Without a reservation: -ENODEV and a message that names
 * crashkernel=. Fails as well if /proc/kcore cannot be read (the message says why), or
 * names no kernel text or direct map.
 * *facts must be { 0 }; crash_facts_clear frees it, also after an error.
 */
int crash_facts_read(const struct root *root, const struct machine *machine,
		     struct crash_facts *facts, struct error *err);

/* Frees what it owns; it is { 0 } then. */
void crash_facts_clear(struct crash_facts *facts);

#define _cleanup_crash_facts_ _cleanup_(crash_facts_clear)

/* The size in bytes of the highest "Crash kernel" region, 0 if there is none. */
uint64_t crash_region_size(const struct iomem *iomem);

/* Reads that alone (--print-ckr-size). Fails if /proc/iomem cannot be read. */
int crash_region_read_size(const struct root *root, uint64_t *size, struct error *err);

#endif
