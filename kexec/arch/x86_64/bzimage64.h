/* SPDX-License-Identifier: GPL-2.0-only */
/* The Linux kernel's own image format with a 64-bit entry (boot.rst). */
#ifndef KEXEC_ARCH_X86_64_BZIMAGE64_H
#define KEXEC_ARCH_X86_64_BZIMAGE64_H

#include "image/loader.h"

/*
 * A bzImage of protocol 2.12 or later that can be entered in 64-bit mode.
 * 0, -ENOEXEC (something else), -EBADMSG (such an image, but its header is wrong).
 */
int bzimage64_probe(const struct kernel_file *kernel, struct error *err);

/*
 * Places the kernel, the initrd and the parameters (boot.rst, "64-bit Boot Protocol");
 * or, with --entry-32bit or --real-mode, does as bzimage32_load. The file must have
 * passed the probe.
 */
int bzimage64_load(const struct load_request *request, struct image *image,
		   struct error *err);

#endif
