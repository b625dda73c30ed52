// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts of a kernel file that belong at fixed physical addresses. Adds segments to the
 * image.
 */
#include "arch/x86_64/fixed_ranges.h"

#include <errno.h>
#include <stdlib.h>

#include "util/bytes.h"
#include "util/sizes.h"

/* The callers have checked that all ranges end below 2^52, so nothing wraps. */
static uint64_t first_page(const struct fixed_range *range)
{
	return align_down(range->start, PAGE_BYTES);
}

static uint64_t pages_end(const struct fixed_range *range)
{
	return align_up(range->end, PAGE_BYTES);
}

static int by_start(const void *a, const void *b)
{
	uint64_t first = ((const struct fixed_range *)a)->start;
	uint64_t second = ((const struct fixed_range *)b)->start;

	return (first > second) - (first < second);
}

void fixed_ranges_extent(const struct fixed_range *ranges, size_t count, uint64_t *start,
			 uint64_t *end)
{
	size_t i;

	*start = ranges[0].start;
	*end = ranges[0].end;
	for (i = 1; i < count; i++) {
		if (ranges[i].start < *start)
			*start = ranges[i].start;
		if (ranges[i].end > *end)
			*end = ranges[i].end;
	}
}

static int require_no_overlap(const struct load_request *request,
			      const struct fixed_range *ranges, size_t count,
			      struct error *err)
{
	size_t i;

	for (i = 1; i < count; i++) {
		const struct fixed_range *a = &ranges[i - 1], *b = &ranges[i];

		if (b->start < a->end)
			return error_set(
				err, EBADMSG,
				"%s: %s %u (%#llx-%#llx) overlaps %s %u (%#llx-%#llx)",
				request->kernel->path, a->what, a->number,
				(unsigned long long)a->start, (unsigned long long)a->end,
				b->what, b->number, (unsigned long long)b->start,
				(unsigned long long)b->end);
	}
	return 0;
}

/* Says what is at an address where nothing can be placed. */
static const char *obstacle(const struct load_request *request, const struct image *image,
			    uint64_t address)
{
	const struct memory_range *range;
	size_t i;

	for (i = 0; i < image->segment_count; i++)
		if (address >= image->segments[i].start &&
		    address < image->segments[i].end)
			return image->segments[i].name;
	if (request->crash)
		return "not in the crash kernel region, for which it would have to be "
		       "linked";
	range = memory_map_find(&request->machine->memory, address);
	if (!range)
		return "not memory";
	if (range->type != MEMORY_RAM)
		return memory_type_name(range->type);
	if (address >= MIB && address < image->space.min)
		return "excluded by --mem-min";
	if (address >= align_down(image->space.max, PAGE_BYTES))
		return "excluded by --mem-max";
	if (address >= FOUR_LEVELS_END)
		return "above 64 TiB, where 4-level paging does not reach";
	/* Page 0 belongs to the firmware, so it is never placeable. */
	if (address >= PAGE_BYTES &&
	    !memory_map_find(&request->machine->placeable, address))
		return "RAM that the running kernel does not use as such";
	return "needed by the firmware, or a page that is only in part RAM";
}

static int require_free(const struct load_request *request, const struct image *image,
			const struct fixed_range *range, struct error *err)
{
	uint64_t at = first_page(range), end = pages_end(range);

	while (at < end) {
		const struct memory_range *free =
			memory_map_find(image_free_at(image, at), at);

		if (!free)
			return error_set(
				err, ENOSPC,
				"%s: %s %u belongs at %#llx-%#llx (physical), but %#llx "
				"is %s",
				request->kernel->path, range->what, range->number,
				(unsigned long long)range->start,
				(unsigned long long)range->end, (unsigned long long)at,
				obstacle(request, image, at));
		at = free->end;
	}
	return 0;
}

static int require_below(const struct load_request *request,
			 const struct fixed_range *range, uint64_t max, struct error *err)
{
	if (!max || range->end <= max)
		return 0;
	return error_set(
		err, ENOTSUP,
		"%s: %s %u (%#llx-%#llx) does not end below %#llx, as every part of "
		"a kernel entered in 32-bit mode must",
		request->kernel->path, range->what, range->number,
		(unsigned long long)range->start, (unsigned long long)range->end,
		(unsigned long long)max);
}

/* Copies the range's bytes within [start, end) into a buffer for these addresses. */
static int read_part(const struct load_request *request, const struct fixed_range *range,
		     uint64_t start, uint64_t end, uint8_t *buffer, struct error *err)
{
	uint64_t from = range->start > start ? range->start : start;
	uint64_t to = range->start + range->file_size;

	if (to > end)
		to = end;
	if (from >= to)
		return 0;
	return kernel_file_read(request->kernel,
				range->file_offset + (from - range->start),
				buffer + (from - start), to - from, err);
}

/* Places one page that several ranges share, or that starts before its range. */
static int place_shared_page(const struct load_request *request,
			     const struct fixed_range *ranges, size_t count,
			     uint64_t page, struct image *image, struct error *err)
{
	struct segment *segment;
	uint8_t *data;
	size_t i;
	int rc = image_place_at(image, "kernel", page, page + PAGE_BYTES, &segment, err);

	if (rc < 0)
		return rc;
	data = segment_allocate(segment, PAGE_BYTES);
	if (!data)
		return error_no_memory(err);
	for (i = 0; i < count; i++) {
		rc = read_part(request, &ranges[i], page, page + PAGE_BYTES, data, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Places the pages [start, end), which belong to one range alone. */
static int place_own_pages(const struct load_request *request,
			   const struct fixed_range *range, uint64_t start, uint64_t end,
			   struct image *image, struct error *err)
{
	uint64_t skipped = start - range->start, size = 0;
	struct segment *segment;
	int rc = image_place_at(image, "kernel", start, end, &segment, err);

	if (rc < 0)
		return rc;
	if (range->file_size > skipped)
		size = range->file_size - skipped;
	if (size > end - start)
		size = end - start;
	if (size)
		segment_set_file(segment, request->kernel, range->file_offset + skipped,
				 size);
	return 0;
}

static int place_all(const struct load_request *request, const struct fixed_range *ranges,
		     size_t count, struct image *image, struct error *err)
{
	uint64_t done = 0; /* end of what is placed */
	size_t i;
	int rc = 0;

	for (i = 0; i < count && !rc; i++) {
		const struct fixed_range *range = &ranges[i];
		uint64_t page = first_page(range), start = page, end = pages_end(range);

		/*
		 * If the next range begins within a page, that page is placed with the
		 * next range.
		 */
		if (i + 1 < count && first_page(&ranges[i + 1]) < end)
			end = first_page(&ranges[i + 1]);
		if (range->start != page) {
			start += PAGE_BYTES;
			if (page >= done)
				rc = place_shared_page(request, ranges, count, page,
						       image, err);
			done = start;
		}
		if (!rc && start < end) {
			rc = place_own_pages(request, range, start, end, image, err);
			done = end;
		}
	}
	return rc;
}

int fixed_ranges_place(const struct load_request *request, struct fixed_range *ranges,
		       size_t count, uint64_t max, struct image *image, struct error *err)
{
	size_t i;
	int rc;

	qsort(ranges, count, sizeof(*ranges), by_start);
	rc = require_no_overlap(request, ranges, count, err);
	for (i = 0; i < count && !rc; i++) {
		rc = require_below(request, &ranges[i], max, err);
		if (!rc)
			rc = require_free(request, image, &ranges[i], err);
	}
	return rc < 0 ? rc : place_all(request, ranges, count, image, err);
}
