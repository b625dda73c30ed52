/* SPDX-License-Identifier: GPL-2.0-only */
/* The header of the Multiboot specification 2.0: what a kernel asks of its loader. */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT2_HEADER_H
#define KEXEC_ARCH_X86_64_MULTIBOOT2_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/x86_64/multiboot.h"
#include "files/kernel_file.h"
#include "util/error.h"

/* 3.1.12: what a relocatable kernel prefers. */
enum multiboot2_preference {
	MULTIBOOT2_PREFER_NOTHING,
	MULTIBOOT2_PREFER_LOWEST,
	MULTIBOOT2_PREFER_HIGHEST,
};

struct multiboot2_header {
	uint64_t offset; /* in the file */
	struct multiboot_addresses addresses;
	bool has_entry;
	uint32_t entry; /* physical, before it is moved */
	bool relocatable;
	uint32_t min;	    /* lowest address of the image, physical */
	uint32_t max;	    /* highest one */
	uint32_t alignment; /* power of two, bytes */
	uint32_t preference;
	bool needs_framebuffer;
};

/*
 * Reads it. -ENOEXEC without a message: there is none. -EBADMSG: it is broken. -ENOTSUP:
 * it needs what nobody can give it after a kexec, or we do not know.
 */
int multiboot2_read_header(const struct kernel_file *kernel,
			   struct multiboot2_header *header, struct error *err);

#endif
