/* SPDX-License-Identifier: GPL-2.0-only */
/* ELF programs that run without an operating system: vmlinux, memory testers, kernels. */
#ifndef KEXEC_ARCH_X86_64_ELF_KERNEL_H
#define KEXEC_ARCH_X86_64_ELF_KERNEL_H

#include "image/loader.h"

/* Takes 64-bit programs, which are entered in long mode. */
__must_check int elf_x86_64_probe(const struct kernel_file *kernel, struct error *err);

/* Takes 32-bit programs, which are entered in protected mode without paging. */
__must_check int elf_x86_probe(const struct kernel_file *kernel, struct error *err);

/*
 * Places the parts of the file at their fixed addresses and prepares the arguments that
 * --args-linux, --args-elf or --args-none asks for.
 */
__must_check int elf_kernel_load(const struct load_request *request, struct image *image,
				 struct error *err);

#endif
