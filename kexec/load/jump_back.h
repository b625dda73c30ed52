/* SPDX-License-Identifier: GPL-2.0-only */
/* The image that returns to the kernel which started the running one (image/jump.h). */
#ifndef KEXEC_JUMP_BACK_H
#define KEXEC_JUMP_BACK_H

#include "cli/options.h"
#include "image/image.h"
#include "machine/machine.h"
#include "util/error.h"

/*
 * Makes the image of --load-jump-back-helper, which consists of purgatory. It maps the
 * page of options->entry, where the other kernel waits, and jumps there on the stack that
 * it was entered with. -EINVAL if the address is below 1 MiB, in this kernel's RAM, or
 * too large for the CPU.
 */
__must_check int jump_back_build(const struct options *options,
				 const struct machine *machine, struct image *image,
				 struct error *err);

#endif
