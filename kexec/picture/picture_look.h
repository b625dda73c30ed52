/* SPDX-License-Identifier: GPL-2.0-only */
/* The look of the ranges of each kind, and texts that both forms of a picture share. */
#ifndef KEXEC_PICTURE_LOOK_H
#define KEXEC_PICTURE_LOOK_H

#include "picture/picture.h"

struct picture_look {
	const char *group; /* the heading of all kinds that have the same one */
	const char *block; /* one column of a range, in UTF-8 */
	char ascii;	   /* the same in ASCII */
	unsigned int sgr;  /* foreground colour of a terminal (ECMA-48, 8.3.117) */
	const char *fill;  /* colour in SVG */
};

/* The look of a kind; static. */
const struct picture_look *picture_look(enum picture_kind kind);

/* True if the row begins a group: it is the first one, or the one before has another. */
bool picture_begins_group(const struct picture *picture, size_t row);

/*
 * Returns where a row lies, as text: the address of its range, or the number of ranges.
 * NULL without memory; owned by the caller.
 */
char *picture_row_place(const struct picture_row *row);

/* The letter of a piece of the axis by its index, which is below PICTURE_PIECES_MAX. */
#define PICTURE_PIECES_MAX 12u
static inline char picture_piece_letter(size_t index)
{
	return (char)('a' + index);
}

#endif
