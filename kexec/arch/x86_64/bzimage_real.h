/* SPDX-License-Identifier: GPL-2.0-only */
/* A bzImage, entered in real mode, where its own code asks the BIOS (boot.rst). */
#ifndef KEXEC_ARCH_X86_64_BZIMAGE_REAL_H
#define KEXEC_ARCH_X86_64_BZIMAGE_REAL_H

#include "image/loader.h"

/*
 * Places the kernel, the initrd and, below 1 MiB, the segment "real-mode part" with
 * stack, heap and command line. The kernel's own code makes boot_params. The file must
 * have passed bzimage32_probe.
 * -ENOTSUP on a machine booted through EFI, which has no BIOS, and for a crash kernel.
 */
__must_check int bzimage_real_load(const struct load_request *request,
				   struct image *image, struct error *err);

#endif
