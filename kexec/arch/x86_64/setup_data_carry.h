/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Handing on the setup_data nodes that the running kernel got (boot.rst, "setup_data"):
 * option ROMs of PCI devices, properties of Apple's devices, whatever a boot loader knew
 * and nobody can find out any more.
 */
#ifndef KEXEC_ARCH_X86_64_SETUP_DATA_CARRY_H
#define KEXEC_ARCH_X86_64_SETUP_DATA_CARRY_H

#include "arch/x86_64/setup_data.h"
#include "image/image.h"
#include "image/loader.h"
#include "util/error.h"

/*
 * Appends a copy of each node of request->machine, in their order, to the list, but for
 * those that are made anew and those that would say something wrong now; why one is left
 * out is a note of the image. The result depends on these nodes alone, so that nothing adds
 * up over several kexecs. Fails only without memory.
 */
int setup_data_carry(const struct load_request *request, struct image *image,
		     struct setup_data_list *list, struct error *err);

#endif
