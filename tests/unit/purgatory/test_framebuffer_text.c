// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory/framebuffer.c, on simulated memory. */
#include "fixtures.h"
#include "purgatory/font.h"
#include "purgatory/framebuffer.h"

#define START	     0x1000u
#define MEMORY_BYTES (4u << 20)
#define UNTOUCHED    0xa5
#define RED	     0xffu
#define GREEN	     0xb0u
#define BLUE	     0x00u

struct screen {
	struct physical_memory memory;
	struct purgatory_framebuffer from;
	struct framebuffer framebuffer;
	uint8_t *bytes; /* of MEMORY_BYTES */
};

static void make(struct screen *screen, uint32_t width, uint32_t height, uint32_t more,
		 uint32_t pixel_bytes, uint32_t colour)
{
	screen->bytes = malloc(MEMORY_BYTES);
	assert_non_null(screen->bytes);
	memset(screen->bytes, UNTOUCHED, MEMORY_BYTES);
	screen->memory = (struct physical_memory){ .base = (uintptr_t)screen->bytes,
						   .size = MEMORY_BYTES };
	screen->from = (struct purgatory_framebuffer){
		.start = START,
		.width = width,
		.height = height,
		.line_bytes = width * pixel_bytes + more,
		.pixel_bytes = pixel_bytes,
		.colour = colour,
	};
}

static void show(struct screen *screen, const char *text)
{
	assert_true(
		framebuffer_open(&screen->framebuffer, &screen->memory, &screen->from));
	for (; *text; text++)
		framebuffer_put(&screen->framebuffer, *text);
}

static const uint8_t *pixel(const struct screen *screen, uint32_t x, uint32_t y)
{
	return screen->bytes + START + (size_t)y * screen->from.line_bytes +
	       (size_t)x * screen->from.pixel_bytes;
}

/* Checks each pixel of a character's cell; the colour's bytes are in memory order. */
static void assert_character(const struct screen *screen, uint32_t column, uint32_t row,
			     char character, const uint8_t *colour)
{
	static const uint8_t black[4];
	uint32_t scale = screen->framebuffer.scale;
	uint32_t x, y;

	for (y = 0; y < 10 * scale; y++) {
		for (x = 0; x < 6 * scale; x++) {
			uint8_t dots = y / scale < FONT_ROWS
					       ? font_glyphs[character - ' '][y / scale]
					       : 0;
			bool set = x / scale < 5 && dots >> (4 - x / scale) & 1;

			assert_memory_equal(pixel(screen, column * 6 * scale + x,
						  row * 10 * scale + y),
					    set ? colour : black,
					    screen->from.pixel_bytes);
		}
	}
}

/* clang-format off */
static const struct format_case {
	const char *name;
	uint32_t width, height, more, pixel_bytes, colour, scale;
	uint8_t bytes[4];
} format_cases[] = {
	{ "32 bits, blue first", 800, 100, 0, 4, RED << 16 | GREEN << 8 | BLUE, 2,
	  { BLUE, GREEN, RED, 0 } },
	{ "32 bits, red first", 800, 100, 256, 4, BLUE << 16 | GREEN << 8 | RED, 2,
	  { RED, GREEN, BLUE, 0 } },
	{ "32 bits, blue highest", 800, 100, 0, 4, BLUE << 24 | GREEN << 16 | RED << 8, 2,
	  { 0, RED, GREEN, BLUE } },
	{ "24 bits, blue first", 640, 60, 0, 3, RED << 16 | GREEN << 8 | BLUE, 1,
	  { BLUE, GREEN, RED } },
	{ "24 bits, red first", 1280, 80, 13, 3, BLUE << 16 | GREEN << 8 | RED, 3,
	  { RED, GREEN, BLUE } },
	{ "small", 60, 40, 0, 4, 0xffffff, 1, { 0xff, 0xff, 0xff, 0 } },
	{ "large", 7680, 90, 0, 4, 0xffffff, 8, { 0xff, 0xff, 0xff, 0 } },
};
/* clang-format on */

static void format_case(void **state)
{
	const struct format_case *row = *state;
	struct screen screen;
	uint32_t x, y;

	make(&screen, row->width, row->height, row->more, row->pixel_bytes, row->colour);
	show(&screen, "Ag~\x80");
	assert_int_equal(screen.framebuffer.scale, row->scale);
	assert_character(&screen, 0, 0, 'A', row->bytes);
	assert_character(&screen, 1, 0, 'g', row->bytes);
	assert_character(&screen, 2, 0, '~', row->bytes);
	assert_character(&screen, 3, 0, '?', row->bytes);
	assert_character(&screen, 4, 0, ' ', row->bytes);
	/* The bytes behind a line's pixels, and around all of them, are as they were. */
	for (y = 0; y < row->height; y++)
		for (x = 0; x < row->more; x++)
			assert_int_equal(pixel(&screen, row->width, y)[x], UNTOUCHED);
	assert_int_equal(screen.bytes[START - 1], UNTOUCHED);
	assert_int_equal(*pixel(&screen, 0, row->height), UNTOUCHED);
	free(screen.bytes);
}

static const uint8_t white[] = { 0xff, 0xff, 0xff, 0 };

static void test_wraps_at_both_ends(void **state)
{
	struct screen screen;

	(void)state;
	/* Two characters wide, three lines high, and some pixels that no line uses. */
	make(&screen, 17, 39, 0, 4, 0xffffff);
	show(&screen, "abc\nd");
	assert_character(&screen, 0, 1, 'c', white);
	assert_character(&screen, 0, 2, 'd', white);
	/* The line below the last one is the first, which is blank. */
	assert_character(&screen, 0, 0, ' ', white);
	framebuffer_put(&screen.framebuffer, '\n');
	framebuffer_put(&screen.framebuffer, 'e');
	assert_character(&screen, 0, 0, 'e', white);
	assert_character(&screen, 0, 1, ' ', white);
	assert_character(&screen, 0, 2, 'd', white);
	assert_int_equal(*pixel(&screen, 16, 0), UNTOUCHED);
	assert_int_equal(*pixel(&screen, 0, 30), UNTOUCHED);
	free(screen.bytes);
}

static void test_refuses_impossible_numbers(void **state)
{
	static const struct purgatory_framebuffer bad[] = {
		{ .start = START,
		  .width = 80,
		  .height = 50,
		  .line_bytes = 319,
		  .pixel_bytes = 4 },
		{ .start = START,
		  .width = 80,
		  .height = 50,
		  .line_bytes = 322,
		  .pixel_bytes = 4 },
		{ .start = START + 2,
		  .width = 80,
		  .height = 50,
		  .line_bytes = 320,
		  .pixel_bytes = 4 },
		{ .start = START,
		  .width = 80,
		  .height = 50,
		  .line_bytes = 320,
		  .pixel_bytes = 2 },
		{ .start = START,
		  .width = 80,
		  .height = 0,
		  .line_bytes = 320,
		  .pixel_bytes = 4 },
		{ .start = START,
		  .width = 80,
		  .height = 9,
		  .line_bytes = 320,
		  .pixel_bytes = 4 },
		{ .start = START,
		  .width = 5,
		  .height = 50,
		  .line_bytes = 320,
		  .pixel_bytes = 4 },
		{ .start = 0,
		  .width = 80,
		  .height = 50,
		  .line_bytes = 320,
		  .pixel_bytes = 4 },
		{ .start = MEMORY_BYTES - 15999,
		  .width = 80,
		  .height = 50,
		  .line_bytes = 320,
		  .pixel_bytes = 3 },
		{ .start = UINT64_MAX - 99,
		  .width = 80,
		  .height = 50,
		  .line_bytes = 320,
		  .pixel_bytes = 4 },
		{ .start = START,
		  .width = UINT32_MAX,
		  .height = 50,
		  .line_bytes = 320,
		  .pixel_bytes = 4 },
		{ .start = START,
		  .width = 80,
		  .height = UINT32_MAX,
		  .line_bytes = UINT32_MAX,
		  .pixel_bytes = 3 },
	};
	struct screen screen;
	size_t i;

	(void)state;
	make(&screen, 80, 50, 0, 4, 0xffffff);
	for (i = 0; i < COUNT(bad); i++)
		assert_false(
			framebuffer_open(&screen.framebuffer, &screen.memory, &bad[i]));
	for (i = 0; i < MEMORY_BYTES; i++)
		assert_int_equal(screen.bytes[i], UNTOUCHED);
	free(screen.bytes);
}

static void test_characters_differ(void **state)
{
	size_t a, b;

	(void)state;
	for (a = 0; a < FONT_GLYPHS; a++)
		for (b = 0; b < a; b++)
			assert_memory_not_equal(font_glyphs[a], font_glyphs[b],
						FONT_ROWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wraps_at_both_ends),
		cmocka_unit_test(test_refuses_impossible_numbers),
		cmocka_unit_test(test_characters_differ),
	};

	return RUN_TABLE(format_case, format_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
