/* SPDX-License-Identifier: GPL-2.0-only */
/* The header of the Multiboot specification 2.0, with its requests to the loader. */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT2_HEADER_H
#define KEXEC_ARCH_X86_64_MULTIBOOT2_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/x86_64/multiboot.h"
#include "files/kernel_file.h"
#include "util/error.h"

/* 3.1.12: the place that a relocatable kernel prefers. */
enum multiboot2_preference {
	MULTIBOOT2_PREFER_NOTHING,
	MULTIBOOT2_PREFER_LOWEST,
	MULTIBOOT2_PREFER_HIGHEST,
};

struct multiboot2_header {
	uint64_t offset; /* in the file */
	struct multiboot_addresses addresses;
	bool has_entry;
	uint32_t entry; /* physical, of the image before it is moved */
	bool relocatable;
	uint32_t min;	    /* lowest address that the image may have, physical */
	uint32_t max;	    /* highest address that it may have */
	uint32_t alignment; /* power of two, bytes */
	uint32_t preference;
	bool needs_framebuffer;
};

/*
 * Reads the header. Returns 0, -ENOEXEC without a message (the file has no header),
 * -EBADMSG (it is broken) or -ENOTSUP (it requires something that is unknown, or not
 * available after a kexec).
 */
__must_check int multiboot2_read_header(const struct kernel_file *kernel,
					struct multiboot2_header *header,
					struct error *err);

#endif
