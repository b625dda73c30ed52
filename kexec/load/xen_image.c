// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handing an image to a Xen hypervisor. Xen maps the pages of the segments and nothing
 * else (xen/arch/x86/machine_kexec.c), not even its own page tables, so purgatory could
 * not add to the map. What the next kernel or purgatory reads beside the segments becomes
 * a segment without data, whose contents stay.
 */
#include "load/xen_image.h"

#include <errno.h>

#include "util/bytes.h"
#include "util/sizes.h"
#include "xen/xen_calls.h"

static int add(struct xen_segment *segments, size_t *count, struct xen_segment added,
	       struct error *err)
{
	if (*count == XEN_SEGMENTS_MAX)
		return error_set(err, E2BIG,
				 "the image, with the ranges that must be mapped for it, "
				 "has more segments than Xen takes, which is %u",
				 XEN_SEGMENTS_MAX);
	segments[(*count)++] = added;
	return 0;
}

/* Adds the parts of the ranges that no segment covers, to be mapped. */
static int add_mapped(const struct memory_map *ranges, struct xen_segment *segments,
		      size_t *count, struct error *err)
{
	_cleanup_memory_map_ struct memory_map left = { 0 };
	size_t i, loaded = *count;
	int rc = 0;

	if (memory_map_copy(ranges, &left) < 0)
		return error_no_memory(err);
	for (i = 0; i < loaded; i++)
		if (memory_map_remove(&left, segments[i].start, segments[i].end) < 0)
			return error_no_memory(err);
	for (i = 0; i < left.count && !rc; i++)
		rc = add(segments, count,
			 (struct xen_segment){ .start = left.ranges[i].start,
					       .end = left.ranges[i].end },
			 err);
	return rc;
}

/*
 * Purgatory writes to the text screen, and copies low memory for a dump. Linux' start
 * code looks for the BIOS data there. The EFI tables are read before the next kernel can
 * take a page fault.
 */
static int list_mapped(const struct image *image, struct memory_map *ranges)
{
	int rc = memory_map_set(ranges, 0, MIB, MEMORY_RAM);
	size_t i;

	for (i = 0; i < image->mapped.count && !rc; i++)
		rc = memory_map_set(
			ranges, align_down(image->mapped.ranges[i].start, PAGE_BYTES),
			align_up(image->mapped.ranges[i].end, PAGE_BYTES), MEMORY_RAM);
	return rc;
}

/* Lists the image's segments, then what is mapped only. *count must be 0. */
static int list_segments(const struct image *image, struct xen_segment *segments,
			 size_t *count, struct error *err)
{
	_cleanup_memory_map_ struct memory_map mapped = { 0 };
	size_t i;
	int rc = 0;

	for (i = 0; i < image->segment_count && !rc; i++) {
		const struct segment *segment = &image->segments[i];
		/* Segments with data only are zeroed; those with none have one byte. */
		static const uint8_t zero[1];
		const void *data = segment_data(segment);

		rc = add(segments, count,
			 (struct xen_segment){
				 .start = segment->start,
				 .end = segment->end,
				 .data = data && segment->data_size ? data : zero,
				 .size = data && segment->data_size ? segment->data_size
								    : sizeof(zero),
			 },
			 err);
	}
	if (!rc && list_mapped(image, &mapped) < 0)
		return error_no_memory(err);
	return rc ? rc : add_mapped(&mapped, segments, count, err);
}

int xen_image_require_possible(const struct image *image, struct error *err)
{
	struct xen_segment segments[XEN_SEGMENTS_MAX] = { 0 };
	size_t count = 0;

	return list_segments(image, segments, &count, err);
}

int xen_load_image(const struct image *image, struct error *err)
{
	struct xen_segment segments[XEN_SEGMENTS_MAX] = { 0 };
	size_t count = 0;
	int rc = list_segments(image, segments, &count, err);

	return rc ? rc
		  : xen_load(image->purpose == IMAGE_CRASH, image->entry, segments, count,
			     err);
}
