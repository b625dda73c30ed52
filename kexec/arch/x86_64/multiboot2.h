/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernels of the Multiboot specification 2.0, such as Xen. */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT2_H
#define KEXEC_ARCH_X86_64_MULTIBOOT2_H

#include "image/loader.h"

/* As struct image_type has it. */
int multiboot2_probe(const struct kernel_file *kernel, struct error *err);

/* Places the kernel where it may be, its modules and the information for it. */
int multiboot2_load(const struct load_request *request, struct image *image,
		    struct error *err);

#endif
