/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A text screen in a linear framebuffer. Text begins at the top. Below the last line it
 * goes on at the top, because scrolling would read device memory, which is slow. The line
 * below the newest one is blank, so the end of the text can be seen.
 */
#ifndef PURGATORY_FRAMEBUFFER_H
#define PURGATORY_FRAMEBUFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "physical_memory.h"
#include "purgatory_params.h"

struct framebuffer {
	uint8_t *pixels; /* the first one */
	uint32_t line_bytes;
	uint32_t pixel_bytes; /* 3 or 4 */
	uint32_t colour;      /* of text; the background is 0 */
	uint32_t scale;	      /* width and height of a character's dot, in pixels */
	uint32_t columns;     /* of the text screen */
	uint32_t rows;
	uint32_t column; /* of the next character; may equal columns */
	uint32_t row;
};

/*
 * Returns the bytes from from->start on that the lines of the framebuffer take; 0 if a
 * number in *from is impossible.
 */
uint64_t framebuffer_bytes(const struct purgatory_framebuffer *from);

/*
 * Makes *framebuffer ready and clears its first lines of text. All framebuffer_bytes() of
 * it must be mapped. Returns false, and changes nothing, if a number in *from is
 * impossible or if not even one character fits.
 */
bool framebuffer_open(struct framebuffer *framebuffer,
		      const struct physical_memory *memory,
		      const struct purgatory_framebuffer *from);

/* Puts a character; '\n' ends a line. All that is not printable ASCII becomes '?'. */
void framebuffer_put(struct framebuffer *framebuffer, char character);

#endif
