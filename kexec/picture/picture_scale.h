/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The axis of a picture of memory: which columns or pixels, called cells, show which
 * addresses. Memory is cut into pieces. Within a piece the axis is to scale; small pieces
 * are enlarged, and addresses that no range has may be left out between two pieces.
 */
#ifndef KEXEC_PICTURE_SCALE_H
#define KEXEC_PICTURE_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "picture/picture.h"

/* Cells that the narrowest piece has. */
#define PICTURE_PIECE_CELLS_MIN 3u

/* [start, end) physical, whole pages; shown by cells [first, first + cells). */
struct picture_piece {
	uint64_t start;
	uint64_t end;
	unsigned int first;
	unsigned int cells;
	bool after_gap; /* addresses in front of it are left out */
};

/* Pieces by address. Between two of them are mark_cells, which show no address. */
struct picture_scale {
	struct picture_piece *pieces; /* owned */
	size_t count;
	unsigned int mark_cells;
};

/*
 * Makes an axis of so many cells (at most 4095) for all ranges of a picture below
 * PICTURE_END. It has at most pieces_max pieces (at least 1), and fewer if the axis is
 * short; none if the picture has no ranges. *scale belongs to the caller. Returns 0 or
 * -ENOMEM.
 */
__must_check int picture_scale_make(const struct picture *picture, unsigned int cells,
				    unsigned int mark_cells, size_t pieces_max,
				    struct picture_scale *scale);

/* Frees the pieces. */
void picture_scale_clear(struct picture_scale *scale);

#define _cleanup_picture_scale_ _cleanup_(picture_scale_clear)

/*
 * Finds the cells [*first, *end) that show a range of the picture: all that it touches,
 * at least one. Returns false for a range that is not drawn.
 */
bool picture_scale_find(const struct picture_scale *scale,
			const struct picture_range *range, unsigned int *first,
			unsigned int *end);

#endif
