/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernels of the Multiboot specification 0.6.96. */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT1_H
#define KEXEC_ARCH_X86_64_MULTIBOOT1_H

#include "image/loader.h"

/* The probe of struct image_type. */
__must_check int multiboot1_probe(const struct kernel_file *kernel, struct error *err);

/* Places the kernel at its fixed addresses, its modules and the information for it. */
__must_check int multiboot1_load(const struct load_request *request, struct image *image,
				 struct error *err);

#endif
