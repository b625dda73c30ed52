/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory map that the next kernel gets (zero-page.rst, "e820_table"). */
#ifndef KEXEC_ARCH_X86_64_E820_H
#define KEXEC_ARCH_X86_64_E820_H

#include "abi/boot_protocol.h"
#include "arch/x86_64/setup_data.h"
#include "image/loader.h"
#include "memory/memory_map.h"
#include "util/error.h"

/*
 * Makes the map of the memory that the next kernel may use, as image->purpose requires.
 * Segments that are ->reserved become reserved ranges, so they must have their places.
 * *map must be empty. Fails only without memory.
 */
__must_check int e820_make_own(const struct load_request *request,
			       const struct image *image, struct memory_map *map,
			       struct error *err);

/*
 * Sets image->e820 to the map of e820_make_own. With --pass-memmap-cmdline that map is on
 * the command line, and image->e820 has all memory of the machine.
 */
__must_check int e820_make(const struct load_request *request, struct image *image,
			   struct error *err);

/*
 * Fills the fields of boot_params about memory: the e820 table and the sizes of memory
 * above 1 MiB. Ranges that do not fit into the table's 128 entries become a
 * SETUP_DATA_E820_EXT node.
 */
__must_check int e820_fill(const struct memory_map *memory,
			   struct boot_params *boot_params,
			   struct setup_data_list *setup_data, struct error *err);

#endif
