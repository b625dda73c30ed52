/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernels of the Multiboot specification 2.0, such as Xen. */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT2_H
#define KEXEC_ARCH_X86_64_MULTIBOOT2_H

#include "image/loader.h"

/* The probe of struct image_type. */
__must_check int multiboot2_probe(const struct kernel_file *kernel, struct error *err);

/* Places the kernel in the range that its header allows, its modules and information. */
__must_check int multiboot2_load(const struct load_request *request, struct image *image,
				 struct error *err);

#endif
