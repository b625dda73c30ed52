/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory map in the form that the boot protocol passes on (zero-page.rst). */
#ifndef KEXEC_ARCH_X86_64_E820_H
#define KEXEC_ARCH_X86_64_E820_H

#include "abi/boot_protocol.h"
#include "arch/x86_64/setup_data.h"
#include "memory/memory_map.h"
#include "util/error.h"

/*
 * Fills boot_params' e820 table; what does not fit into its 128 entries becomes a
 * SETUP_DATA_E820_EXT node.
 */
int e820_fill(const struct memory_map *memory, struct boot_params *boot_params,
	      struct setup_data_list *setup_data, struct error *err);

#endif
