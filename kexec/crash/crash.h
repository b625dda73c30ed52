/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts that only a crash image has: its place in the reserved region, the ELF core
 * header, and the parameters that tell the capture kernel about them.
 */
#ifndef KEXEC_CRASH_H
#define KEXEC_CRASH_H

#include "crash/crash_facts.h"
#include "image/loader.h"
#include "memory/memory_map.h"
#include "util/error.h"

/*
 * Finds where a crash image may lie: in the highest of the reserved regions, the only one
 * that kexec_load takes segments for (kernel/kexec_core.c, sanity_check_segment_list),
 * but not in ranges that memory, the machine's map, calls reserved: an EFI config table
 * that the running kernel gave up may lie there. *region must be empty. -ENODEV without a
 * region.
 */
__must_check int crash_place_region(const struct crash_facts *facts,
				    const struct memory_map *memory,
				    struct memory_map *region, struct error *err);

/*
 * Places and fills the segment "ELF core header" (and "low memory copy", which purgatory
 * fills). To be called before anything else is placed. request->crash must be set.
 */
__must_check int crash_place(const struct load_request *request, struct image *image,
			     struct error *err);

/*
 * Sets image->added_command_line: where the ELF core header lies, and with
 * --pass-memmap-cmdline the map "own", the capture kernel's own memory. To be called
 * after crash_place.
 */
__must_check int crash_add_parameters(const struct load_request *request,
				      const struct memory_map *own, struct image *image,
				      struct error *err);

#endif
