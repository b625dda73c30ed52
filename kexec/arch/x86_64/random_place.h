/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A random place for a Linux kernel. The EFI memory map that the next kernel gets names
 * the firmware's ranges only. In it the kernel finds no place of its own choice, and so
 * it runs where it was loaded (arch/x86/boot/compressed/kaslr.c).
 */
#ifndef KEXEC_ARCH_X86_64_RANDOM_PLACE_H
#define KEXEC_ARCH_X86_64_RANDOM_PLACE_H

#include "abi/boot_protocol.h"
#include "image/loader.h"

/*
 * Counts the places that fit *placement, and narrows it down to one of them if
 * request->placement_seed is set. All of them are equally likely. The result is recorded
 * in image->random_place. Does nothing for kernels that must not be placed at random:
 * crash kernels and kexec jumps, kernels that are not relocatable or not of 64 bits, with
 * --no-random-placement, and with parameters on the next kernel's command line that rule
 * it out.
 */
void random_place_choose(const struct load_request *request,
			 const struct setup_header *header, struct image *image,
			 struct placement *placement);

#endif
