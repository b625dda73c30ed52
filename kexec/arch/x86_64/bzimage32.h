/* SPDX-License-Identifier: GPL-2.0-only */
/* The Linux kernel's own image format, entered in 32-bit mode (boot.rst). */
#ifndef KEXEC_ARCH_X86_64_BZIMAGE32_H
#define KEXEC_ARCH_X86_64_BZIMAGE32_H

#include "image/loader.h"

/*
 * Takes a bzImage of protocol 2.02 (Linux 2.4) or later, also one with a 64-bit entry.
 * Returns 0, -ENOEXEC (another format), -ENOTSUP (older, or a zImage) or -EBADMSG (its
 * header is wrong).
 */
__must_check int bzimage32_probe(const struct kernel_file *kernel, struct error *err);

/*
 * Places everything below 4 GiB for the 32-bit entry (boot.rst, "32-bit Boot Protocol").
 * An image that is entered in real mode is passed on to bzimage_real_load. The file must
 * have passed the probe. -ENOTSUP for a crash kernel if its region lies above 4 GiB.
 */
__must_check int bzimage32_load(const struct load_request *request, struct image *image,
				struct error *err);

#endif
