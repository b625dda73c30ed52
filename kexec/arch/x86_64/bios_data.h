/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory of a BIOS, for kernels that know no other firmware. */
#ifndef KEXEC_ARCH_X86_64_BIOS_DATA_H
#define KEXEC_ARCH_X86_64_BIOS_DATA_H

#include "image/loader.h"
#include "util/error.h"

/*
 * On an EFI machine, places the segments "BIOS data" (the first page) and "BIOS memory" (a
 * page below 640 KiB, reserved for the kernel) with what such kernels look for there: where
 * low memory ends, and the ACPI root pointer if it is known. Does nothing on other machines,
 * where the BIOS' own is there, and for crash images, which may lie in their region only.
 */
int bios_data_place(const struct load_request *request, struct image *image,
		    struct error *err);

#endif
