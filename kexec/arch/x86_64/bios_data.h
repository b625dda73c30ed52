/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory that a BIOS fills, for kernels that support only a BIOS. Adds segments to
 * the image.
 */
#ifndef KEXEC_ARCH_X86_64_BIOS_DATA_H
#define KEXEC_ARCH_X86_64_BIOS_DATA_H

#include "image/loader.h"
#include "util/error.h"

/*
 * On a machine without a BIOS, places the segments "BIOS data" (the first page) and "BIOS
 * memory" (a page below 640 KiB, reserved in the e820). They tell the kernel where low
 * memory ends, and have room for a copy of the ACPI root pointer, whose address is set in
 * image->rsdp. Does nothing on machines with a BIOS, which has filled that memory itself,
 * and for crash kernels, which may use only their reserved region.
 */
__must_check int bios_data_place(const struct load_request *request, struct image *image,
				 struct error *err);

#endif
