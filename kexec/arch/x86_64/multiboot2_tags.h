/* SPDX-License-Identifier: GPL-2.0-only */
/* The information that the Multiboot specification 2.0 has a loader give (3.6). */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT2_TAGS_H
#define KEXEC_ARCH_X86_64_MULTIBOOT2_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/x86_64/multiboot.h"

/* What a kernel of this kind finds in eax. */
#define MULTIBOOT2_IN_EAX 0x36d76289u

/* True if a tag of that type may be part of what multiboot2_write_info writes. */
bool multiboot2_gives(uint32_t type);

/* True if the screen that the running kernel was started with is a framebuffer. */
bool multiboot2_has_framebuffer(const struct machine *machine);

/* A multiboot_writer. */
void multiboot2_write_info(struct multiboot_info *info);

#endif
