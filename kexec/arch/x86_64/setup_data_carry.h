/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hands on the setup_data nodes that the running kernel got (boot.rst, "setup_data"):
 * option ROMs of PCI devices, properties of Apple's devices and other facts that only
 * firmware and boot loader knew.
 */
#ifndef KEXEC_ARCH_X86_64_SETUP_DATA_CARRY_H
#define KEXEC_ARCH_X86_64_SETUP_DATA_CARRY_H

#include "arch/x86_64/setup_data.h"
#include "image/image.h"
#include "image/loader.h"
#include "util/error.h"

/*
 * Appends a copy of each node of request->machine to the list, in their order, except
 * nodes that are made anew and nodes whose contents are no longer true; a note says why a
 * node is left out. The result depends on these nodes alone, so the list does not grow
 * over several kexecs. Fails only without memory.
 */
__must_check int setup_data_carry(const struct load_request *request, struct image *image,
				  struct setup_data_list *list, struct error *err);

#endif
