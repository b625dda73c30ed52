/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adds purgatory, the program that runs between the two kernels, to a finished image.
 */
#ifndef KEXEC_ARCH_X86_64_PURGATORY_ATTACH_H
#define KEXEC_ARCH_X86_64_PURGATORY_ATTACH_H

#include "cli/options.h"
#include "image/image.h"
#include "machine/machine.h"

/*
 * Adds the purgatory segment and, if the EFI tables or the framebuffer are to be mapped,
 * the segment "identity map", from which purgatory takes page tables; computes the
 * digests of all verified segments; sets image->entry. Call it last, when every other
 * segment has its place and its data.
 */
__must_check int purgatory_attach(const struct options *options,
				  const struct machine *machine, struct image *image,
				  struct error *err);

#endif
