// SPDX-License-Identifier: GPL-2.0-only
/* Messages when a segment finds no place. */
#include "image/image_internal.h"

#include <errno.h>
#include <string.h>

/* The largest free piece within the request's limits, in bytes. */
static uint64_t largest_piece(const struct memory_map *free,
			      const struct memory_hole_request *hole)
{
	uint64_t largest = 0;
	size_t i;

	for (i = 0; i < free->count; i++) {
		uint64_t start = free->ranges[i].start, end = free->ranges[i].end;

		start = align_up(start > hole->min ? start : hole->min, hole->alignment);
		end = end < hole->max ? end : hole->max;
		if (start < end && end - start > largest)
			largest = end - start;
	}
	return largest;
}

static int no_place_in_crash_region(const struct image *image, const char *name,
				    const struct memory_hole_request *hole,
				    struct error *err)
{
	uint64_t largest = largest_piece(&image->space.free, hole);

	return error_set(err, ENOSPC,
			 "the crash kernel region has no room for the %s: %llu KiB are "
			 "needed in one piece, %llu KiB are left, %llu KiB are missing; "
			 "reserve more with crashkernel= and reboot",
			 name, (unsigned long long)(hole->size >> 10),
			 (unsigned long long)(largest >> 10),
			 (unsigned long long)((hole->size - largest) >> 10));
}

/*
 * The message's end if no option narrows the place down: the limit, if there is room
 * above.
 */
static char *advice(const struct image *image, const struct memory_hole_request *hole)
{
	struct memory_hole_request unlimited = *hole;
	char *text;
	int length;

	unlimited.max = UINT64_MAX;
	if (largest_piece(&image->space.free, &unlimited) >= hole->size)
		length = asprintf(
			&text,
			"; there is room above, but it must end at %#llx (%llu "
			"MiB) or below: a smaller kernel or initrd is needed, or "
			"a kernel without this limit",
			(unsigned long long)hole->max,
			(unsigned long long)hole->max >> 20);
	else if (image->space.above_four_levels >= hole->size)
		length = asprintf(
			&text, "; there is RAM above 64 TiB, but 4 levels of page tables "
			       "do not reach it: a smaller kernel or initrd is needed, "
			       "or kernels with 5 levels");
	else
		length = asprintf(&text, "; a smaller kernel or initrd, or more memory, "
					 "is needed");
	return length < 0 ? NULL : text;
}

int image_no_place(const struct image *image, const char *name,
		   const struct memory_hole_request *hole, struct error *err)
{
	bool bounded = image->space.min > PLACE_LOWEST || image->space.max != UINT64_MAX;
	uint64_t bottom = hole->min > image->space.min ? hole->min : image->space.min;
	uint64_t top = memory_map_end_of(&image->space.free, MEMORY_RAM);
	_cleanup_free_ char *end = NULL;

	if (image->purpose == IMAGE_CRASH && !bounded &&
	    largest_piece(&image->space.free, hole) < hole->size)
		return no_place_in_crash_region(image, name, hole, err);
	if (bounded && top <= bottom)
		return error_set(
			err, ENOSPC,
			"no free memory for the %s: --mem-min and --mem-max leave "
			"no usable part of %s",
			name,
			image->purpose == IMAGE_CRASH ? "the crash kernel region"
						      : "RAM");
	end = bounded ? strdup("; --mem-min and --mem-max narrow that down")
		      : advice(image, hole);
	if (!end)
		return error_no_memory(err);
	return error_set(
		err, ENOSPC,
		"no free memory for the %s: %#llx bytes, aligned to %#llx, between "
		"%#llx and %#llx%s",
		name, (unsigned long long)hole->size, (unsigned long long)hole->alignment,
		(unsigned long long)bottom,
		(unsigned long long)(hole->max < top ? hole->max : top), end);
}

int image_no_low_place(const char *name, const struct memory_hole_request *hole,
		       struct error *err)
{
	return error_set(
		err, ENOSPC,
		"no free memory below 1 MiB for the %s: %#llx bytes in one piece "
		"are needed, because it runs in real mode",
		name, (unsigned long long)hole->size);
}
