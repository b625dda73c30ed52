// SPDX-License-Identifier: GPL-2.0-only
/* A random place for a Linux kernel: whether it gets one, and which. */
#include "arch/x86_64/random_place.h"

#include <inttypes.h>

#include "arch/x86_64/linux_image.h"
#include "memory/memory_places.h"
#include "purgatory/digest.h"
#include "util/bytes.h"
#include "util/sizes.h"

/*
 * Parameters with which the next kernel must lie low. The kernel uses the first without
 * any random place; the memory that mem= and memmap= leave may not hold the place; with
 * movable_node, memory that may be unplugged must stay free of the kernel
 * (kernel-parameters.rst; kaslr.c heeds the same ones).
 */
static const char *const ruling_out[] = { "nokaslr", "mem", "memmap", "movable_node" };

static bool may_be_random(const struct load_request *request,
			  const struct setup_header *header, struct image *image)
{
	size_t i;

	if (request->options->no_random_placement || image->purpose != IMAGE_NORMAL ||
	    image->registers.mode == IMAGE_ENTRY_REAL || !header->relocatable_kernel ||
	    !(header->xloadflags & XLOADFLAG_KERNEL_64))
		return false;
	for (i = 0; i < sizeof(ruling_out) / sizeof(ruling_out[0]); i++) {
		if (!linux_is_passed(request, ruling_out[i]))
			continue;
		image_note(image,
			   "the kernel is not placed at random, because of %s on its "
			   "command line",
			   ruling_out[i]);
		return false;
	}
	return true;
}

/*
 * Scales 64 random bits to a number below count. Two numbers differ in their probability
 * by 2^-64 at most. The digest turns small seeds, as people choose them, into such bits.
 */
static uint64_t draw_below(uint64_t seed, uint64_t count)
{
	__extension__ typedef unsigned __int128 u128;

	return (uint64_t)((u128)digest_of(&seed, sizeof(seed), 0) * count >> 64);
}

void random_place_choose(const struct load_request *request,
			 const struct setup_header *header, struct image *image,
			 struct placement *placement)
{
	struct memory_hole_request hole = {
		.size = align_up(placement->size, PAGE_BYTES),
		.alignment = placement->alignment > PAGE_BYTES ? placement->alignment
							       : PAGE_BYTES,
		.min = placement->min,
		.max = placement->max ? placement->max : UINT64_MAX,
	};
	uint64_t count, number, start;

	if (!may_be_random(request, header, image))
		return;
	count = memory_places_count(&image->space.free, MEMORY_RAM, &hole);
	image->random_place.count = count;
	if (!request->placement_seed || !count)
		return;
	number = draw_below(*request->placement_seed, count);
	if (memory_places_find(&image->space.free, MEMORY_RAM, &hole, number, &start) < 0)
		return;
	placement->min = start;
	placement->max = start + hole.size;
	image->random_place.drawn = true;
	image->random_place.seed = *request->placement_seed;
	image_note(image,
		   "the kernel is at place %" PRIu64 " of %" PRIu64
		   ", drawn with --placement-seed=0x%" PRIx64,
		   number + 1, count, *request->placement_seed);
}
