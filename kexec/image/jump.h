/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kexec jump: a kernel that is started beside the running one, in memory of its own, and
 * that returns to it (KEXEC_PRESERVE_CONTEXT of kexec_load(2)). Also --entry.
 */
#ifndef KEXEC_JUMP_H
#define KEXEC_JUMP_H

#include <stdint.h>

#include "cli/options.h"
#include "image/image.h"
#include "machine/machine.h"
#include "memory/memory_map.h"
#include "util/error.h"

/*
 * Finds the RAM for the other kernel of a kexec jump: whole pages of RAM in memory, a
 * map, that lie below 1 MiB or within [mem_min, mem_max), physical. *window, which must
 * be empty, gets so few pieces that segments can cover them. *left_out is the number of
 * bytes within the limits that this leaves out. -ENOSPC if the limits contain no RAM, or
 * more than half of all RAM.
 */
__must_check int jump_window(const struct memory_map *memory, uint64_t mem_min,
			     uint64_t mem_max, struct memory_map *window,
			     uint64_t *left_out, struct error *err);

/*
 * image_init for --load-preserve-context: sets image->jump.window, too.
 * -EINVAL without --mem-max, or together with -p.
 */
__must_check int jump_init_image(const struct options *options,
				 const struct machine *machine,
				 enum image_entry_mode mode, struct image *image,
				 struct error *err);

/*
 * Adds segments without data until the image covers all of its window, so that the
 * running kernel saves its contents. Must be called after all other segments are placed.
 * -ENOTSUP if the image is not a Linux kernel, because only Linux is told the address to
 * return to.
 */
__must_check int jump_cover_memory(struct image *image, struct error *err);

/*
 * --entry: makes the running kernel jump to this physical address. -EINVAL, with a
 * message that lists the segments, if it does not lie in one.
 */
__must_check int jump_override_entry(uint64_t entry, struct image *image,
				     struct error *err);

#endif
