/* SPDX-License-Identifier: GPL-2.0-only */
/* The segments of an image in the order in which they lie in memory. */
#ifndef KEXEC_PLAN_SEGMENTS_H
#define KEXEC_PLAN_SEGMENTS_H

#include "image/image.h"

/*
 * Sets the first image->segment_count members of sorted[IMAGE_SEGMENTS_MAX] to the
 * image's segments, by address. They belong to the image.
 */
void plan_sort_segments(const struct image *image, const struct segment **sorted);

/* Returns the bytes of all segments together, with the zeros behind their data. */
uint64_t plan_segment_bytes(const struct image *image);

#endif
