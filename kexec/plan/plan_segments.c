// SPDX-License-Identifier: GPL-2.0-only
#include "plan/plan_segments.h"

void plan_sort_segments(const struct image *image, const struct segment **sorted)
{
	size_t i, j;

	for (i = 0; i < image->segment_count; i++) {
		const struct segment *segment = &image->segments[i];

		for (j = i; j && sorted[j - 1]->start > segment->start; j--)
			sorted[j] = sorted[j - 1];
		sorted[j] = segment;
	}
}

uint64_t plan_segment_bytes(const struct image *image)
{
	uint64_t bytes = 0;
	size_t i;

	/* Segments are disjoint, so the sum is an address at most. */
	for (i = 0; i < image->segment_count; i++)
		bytes += image->segments[i].end - image->segments[i].start;
	return bytes;
}
