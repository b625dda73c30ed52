/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is special about a crash image: it lies in the reserved region, carries the ELF
 * core header, and its kernel gets a memory map of its own.
 */
#ifndef KEXEC_CRASH_H
#define KEXEC_CRASH_H

#include "crash/crash_facts.h"
#include "image/loader.h"
#include "memory/memory_map.h"
#include "util/error.h"

/*
 * Where a crash image may lie: the highest of the reserved regions, the only one that
 * kexec_load takes segments for (kernel/kexec_core.c, sanity_check_segment_list), without
 * what is reserved in memory, the machine's map: an EFI config table that the running
 * kernel gave up may lie there. *region must be empty.
 */
int crash_place_region(const struct crash_facts *facts, const struct memory_map *memory,
		       struct memory_map *region, struct error *err);

/*
 * Places and fills the segment "ELF core header" (and "low memory copy", which purgatory
 * fills). To be called before anything else is placed. request->crash must be set.
 */
int crash_place(const struct load_request *request, struct image *image,
		struct error *err);

/*
 * Sets image->added_command_line: where the ELF core header lies, and with
 * --pass-memmap-cmdline the map "own", the capture kernel's own memory. To be called after
 * crash_place.
 */
int crash_add_parameters(const struct load_request *request, const struct memory_map *own,
			 struct image *image, struct error *err);

#endif
