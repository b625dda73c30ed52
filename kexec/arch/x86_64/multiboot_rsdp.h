/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ACPI root pointer for multiboot kernels on machines without a BIOS. It leads to all
 * ACPI tables, and these kernels are not told of EFI, which has its address.
 */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT_RSDP_H
#define KEXEC_ARCH_X86_64_MULTIBOOT_RSDP_H

#include "image/loader.h"

/*
 * Sets image->rsdp for purgatory, which copies the root pointer: the running kernel
 * rarely lets a program read it. Warns if the new kernel will not find it. tags: physical
 * address of the room for tags in the information, 0 without it. image->rsdp.bios_memory
 * must be set if there is such a place. Returns 0 or -ENOMEM.
 */
__must_check int multiboot_rsdp_copy(const struct machine *machine, uint64_t tags,
				     struct image *image, struct error *err);

/*
 * A first module that is Linux, such as Xen's first domain, sees other memory in the
 * place of the BIOS memory with the copy. So it gets the address by acpi_rsdp= on its
 * command line: *text is "FILE ARGUMENTS" with it, owned by the caller. *text stays NULL
 * if the given text is right: the first module is not Linux, the machine has a BIOS,
 * the address is unknown, or the text has the parameter.
 */
__must_check int multiboot_rsdp_for_linux(const struct load_request *request,
					  struct image *image, char **text,
					  struct error *err);

#endif
