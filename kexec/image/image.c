// SPDX-License-Identifier: GPL-2.0-only
/* The image: segments, their places and their contents. Touches nothing outside of it. */
#include "image/image_internal.h"

#include <errno.h>
#include <stdarg.h>

#include "util/sizes.h"

/*
 * Segments for real mode lie above this. The first page holds interrupt vectors and BIOS
 * data; BIOS boot loaders use the next two.
 */
#define LOW_PLACE_LOWEST 0x3000ull

/* Adds the whole pages of RAM within [min, max), because kexec_load takes only pages. */
static int shrink_to_pages(const struct memory_map *ram, uint64_t min, uint64_t max,
			   struct memory_map *pages)
{
	size_t i;

	for (i = 0; i < ram->count; i++) {
		uint64_t start = ram->ranges[i].start, end = ram->ranges[i].end;
		int rc;

		if (start < min)
			start = min;
		if (end > max)
			end = max;
		/* In the last page of the address space, rounding up would wrap. */
		if (start >= end || start > UINT64_MAX - PAGE_BYTES)
			continue;
		start = align_up(start, PAGE_BYTES);
		end = align_down(end, PAGE_BYTES);
		if (start >= end)
			continue;
		rc = memory_map_set(pages, start, end, MEMORY_RAM);
		if (rc < 0)
			return rc;
	}
	return 0;
}

uint64_t image_entry_limit(const struct image *image)
{
	switch (image->registers.mode) {
	case IMAGE_ENTRY_32BIT:
		return 4 * GIB;
	case IMAGE_ENTRY_REAL:
		return PLACE_LOWEST;
	case IMAGE_ENTRY_64BIT:
		break;
	}
	return 0;
}

uint64_t image_kernel_entry(const struct image *image)
{
	return image->registers.ip + image->registers.code_segment * 16ull;
}

const char *image_entry_mode_name(const struct image *image)
{
	switch (image->registers.mode) {
	case IMAGE_ENTRY_32BIT:
		return "32-bit";
	case IMAGE_ENTRY_REAL:
		return "real";
	case IMAGE_ENTRY_64BIT:
		break;
	}
	return "64-bit";
}

int image_init(struct image *image, enum image_purpose purpose,
	       enum image_entry_mode mode, const struct memory_map *memory, uint64_t min,
	       uint64_t max, struct error *err)
{
	_cleanup_memory_map_ struct memory_map ram = { 0 };
	int rc;

	image->purpose = purpose;
	image->registers.mode = mode;
	image->space.min = min > PLACE_LOWEST ? min : PLACE_LOWEST;
	image->space.max = max ? max : UINT64_MAX;
	rc = memory_map_copy_type(memory, MEMORY_RAM, &ram);
	if (!rc)
		rc = shrink_to_pages(&ram, image->space.min, image->space.max,
				     &image->space.free);
	if (!rc)
		rc = shrink_to_pages(&ram, LOW_PLACE_LOWEST, PLACE_LOWEST,
				     &image->space.free_low);
	return rc < 0 ? error_no_memory(err) : 0;
}

int image_limit_to_four_levels(struct image *image, struct error *err)
{
	uint64_t before = memory_map_total(&image->space.free, MEMORY_RAM);

	if (memory_map_remove(&image->space.free, FOUR_LEVELS_END, UINT64_MAX) < 0)
		return error_no_memory(err);
	image->space.above_four_levels +=
		before - memory_map_total(&image->space.free, MEMORY_RAM);
	return 0;
}

void image_clear(struct image *image)
{
	size_t i;

	for (i = 0; i < image->segment_count; i++)
		free(image->segments[i].owned);
	memory_map_clear(&image->space.free);
	memory_map_clear(&image->space.free_low);
	memory_map_clear(&image->e820);
	memory_map_clear(&image->mapped);
	memory_map_clear(&image->jump.window);
	free(image->command_line);
	free(image->added_command_line);
	free(image->summary);
	string_list_clear(&image->notes);
	string_list_clear(&image->warnings);
	*image = (struct image){ 0 };
}

static int too_many_segments(const char *name, struct error *err)
{
	return error_set(err, E2BIG, "the %s would be segment %u, kexec_load takes %u",
			 name, IMAGE_SEGMENTS_MAX + 1, IMAGE_SEGMENTS_MAX);
}

static int add_segment(struct image *image, struct memory_map *free, const char *name,
		       uint64_t start, uint64_t end, struct segment **segment,
		       struct error *err)
{
	if (memory_map_remove(free, start, end) < 0)
		return error_no_memory(err);
	*segment = &image->segments[image->segment_count++];
	**segment = (struct segment){ .name = name, .start = start, .end = end };
	return 0;
}

int image_place(struct image *image, const struct placement *placement,
		struct segment **segment, struct error *err)
{
	struct memory_map *free = placement->low ? &image->space.free_low
						 : &image->space.free;
	struct memory_hole_request hole = {
		.size = placement->size,
		.alignment = placement->alignment > PAGE_BYTES ? placement->alignment
							       : PAGE_BYTES,
		.min = placement->min,
		.max = placement->max ? placement->max : UINT64_MAX,
		.highest = placement->highest && !image->space.low_only,
	};
	uint64_t start;

	if (image->segment_count == IMAGE_SEGMENTS_MAX)
		return too_many_segments(placement->name, err);
	if (hole.size > UINT64_MAX - PAGE_BYTES)
		return image_no_place(image, placement->name, &hole, err);
	hole.size = align_up(hole.size, PAGE_BYTES);
	if (memory_map_find_hole(free, MEMORY_RAM, &hole, &start) < 0)
		return placement->low
			       ? image_no_low_place(placement->name, &hole, err)
			       : image_no_place(image, placement->name, &hole, err);
	return add_segment(image, free, placement->name, start, start + hole.size,
			   segment, err);
}

const struct memory_map *image_free_at(const struct image *image, uint64_t address)
{
	return address < PLACE_LOWEST ? &image->space.free_low : &image->space.free;
}

int image_place_at(struct image *image, const char *name, uint64_t start, uint64_t end,
		   struct segment **segment, struct error *err)
{
	struct memory_map *free = start < PLACE_LOWEST ? &image->space.free_low
						       : &image->space.free;

	if (image->segment_count == IMAGE_SEGMENTS_MAX)
		return too_many_segments(name, err);
	if (start % PAGE_BYTES || end % PAGE_BYTES || start >= end ||
	    !memory_map_is_type(free, start, end, MEMORY_RAM))
		return error_set(err, ENOSPC,
				 "the %s belongs at %#llx-%#llx (physical), which is not "
				 "free",
				 name, (unsigned long long)start,
				 (unsigned long long)end);
	return add_segment(image, free, name, start, end, segment, err);
}

int image_place_first_page(struct image *image, const char *name,
			   struct segment **segment, struct error *err)
{
	if (image->segment_count == IMAGE_SEGMENTS_MAX)
		return too_many_segments(name, err);
	return add_segment(image, &image->space.free_low, name, 0, PAGE_BYTES, segment,
			   err);
}

void segment_set_file(struct segment *segment, const struct kernel_file *file,
		      uint64_t offset, uint64_t size)
{
	segment->file = file;
	segment->file_offset = offset;
	segment->data_size = size;
}

uint8_t *segment_allocate(struct segment *segment, size_t size)
{
	segment->owned = calloc(1, size);
	segment->data_size = segment->owned ? size : 0;
	return segment->owned;
}

int segment_read(const struct segment *segment, uint64_t offset, void *buffer,
		 size_t size, struct error *err)
{
	uint64_t present = 0;

	if (offset < segment->data_size)
		present = segment->data_size - offset;
	if (present > size)
		present = size;
	memset((uint8_t *)buffer + present, 0, size - present);
	if (!present)
		return 0;
	if (segment->file)
		return kernel_file_read(segment->file, segment->file_offset + offset,
					buffer, present, err);
	memcpy(buffer, segment->owned + offset, present);
	return 0;
}

const void *segment_data(const struct segment *segment)
{
	if (!segment->file)
		return segment->owned;
	return segment->file->mapping + segment->file_offset;
}

const struct segment *image_find_segment(const struct image *image, const char *name)
{
	size_t i;

	for (i = 0; i < image->segment_count; i++)
		if (!strcmp(image->segments[i].name, name))
			return &image->segments[i];
	return NULL;
}

void image_note(struct image *image, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	string_list_addv(&image->notes, format, args);
	va_end(args);
}

void image_warn(struct image *image, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	string_list_addv(&image->warnings, format, args);
	va_end(args);
}
