// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kexec jump. The running kernel swaps the contents of all segments' pages with what was
 * loaded, and again on the way back (kernel/kexec_core.c, arch/x86/kernel/
 * relocate_kernel_64.S). Both kernels share memory outside of the segments, so the other
 * kernel must not get it as RAM. Adds segments to the image.
 */
#include "image/jump.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "util/bytes.h"
#include "util/cleanup.h"
#include "util/sizes.h"

/* End of the page with interrupt vectors and BIOS data, which both kernels only read. */
#define FIRST_PAGE_END PAGE_BYTES

/*
 * Each of the five segments of a Linux image (kernel, initrd, parameters, identity map,
 * purgatory) can split a piece of RAM in two. With 16 - 5 - 5 pieces all segments always
 * fit into IMAGE_SEGMENTS_MAX. One piece lies below 1 MiB, where every kernel needs
 * memory to start further CPUs; the others lie above.
 */
#define HIGH_PIECES_MAX 5u

/* Adds the whole pages of RAM within [min, max). */
static int whole_pages(const struct memory_map *memory, uint64_t min, uint64_t max,
		       struct memory_map *pieces)
{
	size_t i;

	for (i = 0; i < memory->count; i++) {
		const struct memory_range *range = &memory->ranges[i];
		uint64_t start = range->start > min ? range->start : min;
		uint64_t end = range->end < max ? range->end : max;

		if (range->type != MEMORY_RAM || start > UINT64_MAX - PAGE_BYTES)
			continue;
		start = align_up(start, PAGE_BYTES);
		end = align_down(end, PAGE_BYTES);
		if (start < end && memory_map_set(pieces, start, end, MEMORY_RAM) < 0)
			return -ENOMEM;
	}
	return 0;
}

static const struct memory_range *largest_range(const struct memory_map *map)
{
	const struct memory_range *largest = NULL;
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct memory_range *range = &map->ranges[i];

		if (!largest || range->end - range->start > largest->end - largest->start)
			largest = range;
	}
	return largest;
}

/* Moves up to count of the largest pieces to map. */
static int take_largest(struct memory_map *pieces, unsigned count, struct memory_map *map)
{
	for (; count && pieces->count; count--) {
		struct memory_range range = *largest_range(pieces);

		if (memory_map_set(map, range.start, range.end, MEMORY_RAM) < 0 ||
		    memory_map_remove(pieces, range.start, range.end) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* kexec_load takes at most half of RAM, because it allocates a copy of each page. */
static int require_enough(const struct memory_map *memory,
			  const struct memory_map *window, uint64_t mem_max,
			  struct error *err)
{
	uint64_t given = memory_map_total(window, MEMORY_RAM);
	uint64_t all = memory_map_total(memory, MEMORY_RAM);

	if (given <= all / 2)
		return 0;
	return error_set(err, ENOSPC,
			 "--mem-max=0x%" PRIx64 ": the other kernel would get %" PRIu64
			 " MiB, but can have at most half of the %" PRIu64
			 " MiB of memory, because the running kernel keeps a copy of "
			 "what is in there",
			 mem_max - 1, given >> 20, all >> 20);
}

int jump_window(const struct memory_map *memory, uint64_t mem_min, uint64_t mem_max,
		struct memory_map *window, uint64_t *left_out, struct error *err)
{
	_cleanup_memory_map_ struct memory_map low = { 0 }, high = { 0 };
	int rc;

	rc = whole_pages(memory, FIRST_PAGE_END, MIB, &low);
	if (!rc)
		rc = whole_pages(memory, mem_min > MIB ? mem_min : MIB, mem_max, &high);
	if (!rc && !high.count)
		return error_set(err, ENOSPC,
				 "the other kernel would get no RAM between "
				 "--mem-min=0x%" PRIx64 " and --mem-max=0x%" PRIx64,
				 mem_min, mem_max - 1);
	if (!rc)
		rc = take_largest(&low, 1, window);
	if (!rc)
		rc = take_largest(&high, HIGH_PIECES_MAX, window);
	if (rc < 0)
		return error_no_memory(err);
	*left_out = memory_map_total(&high, MEMORY_RAM);
	return require_enough(memory, window, mem_max, err);
}

int jump_init_image(const struct options *options, const struct machine *machine,
		    enum image_entry_mode mode, struct image *image, struct error *err)
{
	uint64_t left_out = 0;
	int rc;

	if (options->crash)
		return error_set(err, EINVAL,
				 "--load-preserve-context and -p exclude each other: a "
				 "crashed kernel cannot be returned to");
	if (!options->mem_max)
		return error_set(err, EINVAL,
				 "--load-preserve-context needs --mem-max=ADDRESS: the "
				 "last byte of the memory that the other kernel may use, "
				 "from --mem-min on; the running kernel saves all of it");
	rc = jump_window(&machine->placeable, options->mem_min, options->mem_max,
			 &image->jump.window, &left_out, err);
	if (rc < 0)
		return rc;
	if (left_out)
		image_note(image,
			   "%" PRIu64
			   " KiB between --mem-min and --mem-max are left out of "
			   "the other kernel's memory: kexec_load takes %u pieces",
			   left_out >> 10, IMAGE_SEGMENTS_MAX);
	return image_init(image, IMAGE_JUMP, mode, &image->jump.window, options->mem_min,
			  options->mem_max, err);
}

static int add_segment(struct image *image, const struct memory_range *range,
		       struct error *err)
{
	if (image->segment_count == IMAGE_SEGMENTS_MAX)
		return error_set(err, E2BIG,
				 "the memory of the other kernel is in too many pieces: "
				 "kexec_load takes %u segments; choose --mem-min and "
				 "--mem-max so that there are fewer",
				 IMAGE_SEGMENTS_MAX);
	image->segments[image->segment_count++] = (struct segment){
		.name = "backup",
		.start = range->start,
		.end = range->end,
		.unverified = true,
	};
	return 0;
}

int jump_cover_memory(struct image *image, struct error *err)
{
	_cleanup_memory_map_ struct memory_map bare = { 0 };
	int rc = 0;
	size_t i;

	if (!image->jump.text)
		return error_set(
			err, ENOTSUP,
			"--load-preserve-context: an image of type %s is told "
			"neither which memory it may use nor where to return to; "
			"only Linux kernels are",
			image->type);
	if (memory_map_copy(&image->jump.window, &bare) < 0)
		return error_no_memory(err);
	for (i = 0; i < image->segment_count; i++)
		if (memory_map_remove(&bare, image->segments[i].start,
				      image->segments[i].end) < 0)
			return error_no_memory(err);
	for (i = 0; !rc && i < bare.count; i++)
		rc = add_segment(image, &bare.ranges[i], err);
	return rc;
}

static int not_in_image(uint64_t entry, const struct image *image, struct error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return error_no_memory(err);
	for (i = 0; i < image->segment_count; i++)
		fprintf(stream, "\n  [0x%" PRIx64 ", 0x%" PRIx64 ") %s",
			image->segments[i].start, image->segments[i].end,
			image->segments[i].name);
	if (fclose(stream))
		return error_no_memory(err);
	return error_set(err, EINVAL,
			 "--entry=0x%" PRIx64 " does not lie in a segment:%s", entry,
			 text);
}

int jump_override_entry(uint64_t entry, struct image *image, struct error *err)
{
	size_t i;

	for (i = 0; i < image->segment_count; i++)
		if (entry >= image->segments[i].start && entry < image->segments[i].end)
			break;
	if (i == image->segment_count)
		return not_in_image(entry, image, err);
	if (entry != image->entry)
		image_warn(image,
			   "--entry=0x%" PRIx64 " skips purgatory (0x%" PRIx64
			   "): no segment is verified, nothing is added to the identity "
			   "map, and no register is set",
			   entry, image->entry);
	image->entry = entry;
	return 0;
}
