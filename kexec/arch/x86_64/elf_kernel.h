/* SPDX-License-Identifier: GPL-2.0-only */
/* ELF programs that run without a kernel: Linux' vmlinux, memory testers, other kernels. */
#ifndef KEXEC_ARCH_X86_64_ELF_KERNEL_H
#define KEXEC_ARCH_X86_64_ELF_KERNEL_H

#include "image/loader.h"

/* 64-bit ones, entered in long mode. */
int elf_x86_64_probe(const struct kernel_file *kernel, struct error *err);

/* 32-bit ones, entered in protected mode without paging. */
int elf_x86_probe(const struct kernel_file *kernel, struct error *err);

/*
 * Puts the parts of the file where they belong and prepares what --args-linux, --args-elf
 * or --args-none says the program finds.
 */
int elf_kernel_load(const struct load_request *request, struct image *image,
		    struct error *err);

#endif
