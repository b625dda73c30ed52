/* SPDX-License-Identifier: GPL-2.0-only */
/* The Linux kernel's own image format with a 64-bit entry (boot.rst). */
#ifndef KEXEC_ARCH_X86_64_BZIMAGE64_H
#define KEXEC_ARCH_X86_64_BZIMAGE64_H

#include "image/loader.h"

/*
 * Takes a bzImage of protocol 2.12 or later that can be entered in 64-bit mode.
 * Returns 0, -ENOEXEC (another format) or -EBADMSG (its header is wrong).
 */
__must_check int bzimage64_probe(const struct kernel_file *kernel, struct error *err);

/*
 * Places the kernel, the initrd and the parameters (boot.rst, "64-bit Boot Protocol"). An
 * image that is entered in another mode is passed on to bzimage32_load. The file must
 * have passed the probe.
 */
__must_check int bzimage64_load(const struct load_request *request, struct image *image,
				struct error *err);

#endif
