/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts that only a crash kernel has: its place in the reserved region, the ELF core
 * header, and the parameters that tell the capture kernel about them.
 */
#ifndef KEXEC_CRASH_H
#define KEXEC_CRASH_H

#include "crash/crash_facts.h"
#include "image/loader.h"
#include "memory/memory_map.h"
#include "util/error.h"

/*
 * Finds the memory for a crash kernel: the highest reserved region, because kexec_load
 * takes segments only there (kernel/kexec_core.c, sanity_check_segment_list). Ranges that
 * memory, the machine's map, calls reserved are left out: they may hold EFI config tables
 * whose memory the running kernel has freed. *region must be empty. -ENODEV without a
 * region.
 */
__must_check int crash_place_region(const struct crash_facts *facts,
				    const struct memory_map *memory,
				    struct memory_map *region, struct error *err);

/*
 * Places and fills the segment "ELF core header" (and "low memory copy", which purgatory
 * fills). Must be called before other segments are placed. request->crash must be set.
 */
__must_check int crash_place(const struct load_request *request, struct image *image,
			     struct error *err);

/*
 * Sets image->added_command_line to the address of the ELF core header and, with
 * --pass-memmap-cmdline, the map own, the capture kernel's memory. Must be called after
 * crash_place.
 */
__must_check int crash_add_parameters(const struct load_request *request,
				      const struct memory_map *own, struct image *image,
				      struct error *err);

#endif
