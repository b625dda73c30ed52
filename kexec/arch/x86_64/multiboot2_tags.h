/* SPDX-License-Identifier: GPL-2.0-only */
/* The information that kernels of the Multiboot specification 2.0 get (3.6). */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT2_TAGS_H
#define KEXEC_ARCH_X86_64_MULTIBOOT2_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/x86_64/multiboot.h"

/* 3.5: the kernel finds this value in eax. */
#define MULTIBOOT2_IN_EAX 0x36d76289u

/* True if multiboot2_write_info writes tags of that type, at least on some machines. */
bool multiboot2_gives(uint32_t type);

/* True if the running kernel was started with a framebuffer for a screen. */
bool multiboot2_has_framebuffer(const struct machine *machine);

/* Writes all tags: a multiboot_writer. */
void multiboot2_write_info(struct multiboot_info *info);

#endif
