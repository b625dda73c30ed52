/* SPDX-License-Identifier: GPL-2.0-only */
/* The way back to the kernel that started the running one beside itself (image/jump.h). */
#ifndef KEXEC_JUMP_BACK_H
#define KEXEC_JUMP_BACK_H

#include "cli/options.h"
#include "image/image.h"
#include "machine/machine.h"
#include "util/error.h"

/*
 * The image of --load-jump-back-helper: purgatory alone, which maps the page of
 * options->entry, where the other kernel waits, and jumps there with the stack it came
 * with. -EINVAL if that address cannot be one in the other kernel.
 */
int jump_back_build(const struct options *options, const struct machine *machine,
		    struct image *image, struct error *err);

#endif
