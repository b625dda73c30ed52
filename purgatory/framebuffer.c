// SPDX-License-Identifier: GPL-2.0-only
#include "framebuffer.h"

#include "font.h"

/* A character and the gaps to its right and below it, in dots. */
#define CELL_COLUMNS (FONT_COLUMNS + 1u)
#define CELL_ROWS    (FONT_ROWS + 1u)

/* A dot is one pixel wide for each 400 of the screen: 66 to 133 characters in a line. */
#define PIXELS_PER_SCALE 400u
#define SCALE_MAX	 8u

/* Writes a row of count equal pixels. Device memory is written once for each pixel. */
static void fill_pixels(const struct framebuffer *framebuffer, uint8_t *to,
			uint32_t count, uint32_t colour)
{
	for (; count; count--, to += framebuffer->pixel_bytes) {
		volatile uint8_t *bytes = to;

		if (framebuffer->pixel_bytes == sizeof(uint32_t)) {
			*(volatile uint32_t *)to = colour;
			continue;
		}
		bytes[0] = colour & 0xff;
		bytes[1] = colour >> 8 & 0xff;
		bytes[2] = colour >> 16 & 0xff;
	}
}

/* The pixel at a dot of a character, in its pixel row y. */
static uint8_t *pixel_at(const struct framebuffer *framebuffer, uint32_t column,
			 uint32_t row, uint32_t dot, uint32_t y)
{
	uint64_t line = (uint64_t)row * CELL_ROWS * framebuffer->scale + y;
	uint64_t pixel = ((uint64_t)column * CELL_COLUMNS + dot) * framebuffer->scale;

	return framebuffer->pixels + line * framebuffer->line_bytes +
	       pixel * framebuffer->pixel_bytes;
}

static void clear_row(const struct framebuffer *framebuffer, uint32_t row)
{
	uint32_t width = framebuffer->columns * CELL_COLUMNS * framebuffer->scale;

	for (uint32_t y = 0; y < CELL_ROWS * framebuffer->scale; y++)
		fill_pixels(framebuffer, pixel_at(framebuffer, 0, row, 0, y), width, 0);
}

static void draw(const struct framebuffer *framebuffer, char character)
{
	uint8_t index = (uint8_t)(character - FONT_FIRST);
	const uint8_t *glyph =
		font_glyphs[index < FONT_GLYPHS ? index : '?' - FONT_FIRST];

	for (uint32_t y = 0; y < FONT_ROWS * framebuffer->scale; y++) {
		uint8_t dots = glyph[y / framebuffer->scale];

		for (uint32_t dot = 0; dot < FONT_COLUMNS; dot++)
			if (dots >> (FONT_COLUMNS - 1 - dot) & 1)
				fill_pixels(framebuffer,
					    pixel_at(framebuffer, framebuffer->column,
						     framebuffer->row, dot, y),
					    framebuffer->scale, framebuffer->colour);
	}
}

static uint32_t row_below(const struct framebuffer *framebuffer)
{
	return (framebuffer->row + 1) % framebuffer->rows;
}

uint64_t framebuffer_bytes(const struct purgatory_framebuffer *from)
{
	uint64_t end, bytes = (uint64_t)from->line_bytes * from->height;

	if (from->pixel_bytes != 3 && from->pixel_bytes != 4)
		return 0;
	if ((uint64_t)from->width * from->pixel_bytes > from->line_bytes)
		return 0;
	if (from->pixel_bytes == 4 && (from->start | from->line_bytes) & 3)
		return 0;
	if (!from->start || __builtin_add_overflow(from->start, bytes, &end))
		return 0;
	return bytes;
}

bool framebuffer_open(struct framebuffer *framebuffer,
		      const struct physical_memory *memory,
		      const struct purgatory_framebuffer *from)
{
	uint64_t bytes = framebuffer_bytes(from);
	uint32_t scale = from->width / PIXELS_PER_SCALE;
	void *pixels;

	if (!bytes || !physical_pointer(memory, from->start, bytes, &pixels))
		return false;
	if (!scale)
		scale = 1;
	if (scale > SCALE_MAX)
		scale = SCALE_MAX;
	if (from->width < CELL_COLUMNS * scale || from->height < CELL_ROWS * scale)
		return false;
	*framebuffer = (struct framebuffer){
		.pixels = pixels,
		.line_bytes = from->line_bytes,
		.pixel_bytes = from->pixel_bytes,
		.colour = from->colour,
		.scale = scale,
		.columns = from->width / (CELL_COLUMNS * scale),
		.rows = from->height / (CELL_ROWS * scale),
	};
	clear_row(framebuffer, 0);
	clear_row(framebuffer, row_below(framebuffer));
	return true;
}

void framebuffer_put(struct framebuffer *framebuffer, char character)
{
	if (character == '\n' || framebuffer->column == framebuffer->columns) {
		framebuffer->row = row_below(framebuffer);
		framebuffer->column = 0;
		clear_row(framebuffer, row_below(framebuffer));
	}
	if (character == '\n')
		return;
	draw(framebuffer, character);
	framebuffer->column++;
}
