// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture of memory as SVG 1.1 (W3C), for reports. It has a background of its own, so
 * that it can be read on a dark page, too; no script, and no font that it would have to
 * load. The full addresses of each range are its <title>, which browsers show.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "picture/picture.h"
#include "picture/picture_look.h"
#include "picture/picture_scale.h"
#include "util/strings.h"
#include "util/utf8.h"
#include "util/wrapped.h"

/* All in pixels. The name begins at MARGIN, place and size end at their columns. */
#define WIDTH	      1000u
#define MARGIN	      20u
#define PLACE_RIGHT   338u
#define SIZE_RIGHT    418u
#define AXIS_LEFT     432u
#define AXIS_CELLS    (WIDTH - MARGIN - AXIS_LEFT)
#define MARK_CELLS    12u
#define TITLE_HEIGHT  36u
#define ROW_HEIGHT    20u
#define BAR_HEIGHT    12u
#define RANGE_WIDTH   3u /* at least: a line of one pixel is easily overlooked */
#define PIECE_COLUMNS 2u

_Static_assert(RANGE_WIDTH <= PICTURE_PIECE_CELLS_MIN, "a piece has room for a range");

/* Characters of a name that fit in front of the place. */
#define NAME_COLUMNS 29u

struct drawing {
	FILE *stream;
	const struct picture *picture;
	const struct picture_scale *scale;
	unsigned int y; /* of the next thing */
};

/* Prints text with the characters of XML escaped, and without those it does not allow. */
static void put_text(FILE *stream, const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size && text[i]; i++) {
		if (text[i] == '&')
			fputs("&amp;", stream);
		else if (text[i] == '<')
			fputs("&lt;", stream);
		else if (text[i] == '>')
			fputs("&gt;", stream);
		else if (text[i] == '"')
			fputs("&quot;", stream);
		else if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			fputc('?', stream);
		else
			fputc(text[i], stream);
	}
}

/* style: attributes of the element, such as " text-anchor=\"end\"". */
static void begin_text(const struct drawing *drawing, unsigned int x, unsigned int y,
		       const char *style)
{
	fprintf(drawing->stream, "<text x=\"%u\" y=\"%u\"%s>", x, y, style);
}

static void end_text(const struct drawing *drawing)
{
	fputs("</text>\n", drawing->stream);
}

/* Returns the height of the rows and of the headings of their groups. */
static unsigned int rows_height(const struct picture *picture)
{
	size_t lines = picture->count, i;

	for (i = 0; i < picture->count; i++)
		lines += picture_begins_group(picture, i);
	return (unsigned int)lines * ROW_HEIGHT;
}

/* Returns the lines that the list of pieces has, in columns. */
static size_t piece_lines(const struct picture_scale *scale)
{
	return (scale->count + PIECE_COLUMNS - 1) / PIECE_COLUMNS;
}

/* Returns the height of everything. lines: as draw_head() gets them. */
static unsigned int find_height(const struct drawing *drawing, const char *lines)
{
	/* The axis, and the pieces with a blank line and a heading. */
	size_t count = 3 + piece_lines(drawing->scale);

	for (; *lines; lines++)
		count += *lines == '\n';
	return TITLE_HEIGHT + 2 * MARGIN + (unsigned int)count * ROW_HEIGHT +
	       rows_height(drawing->picture);
}

static void draw_head(struct drawing *drawing, const char *title, const char *lines)
{
	unsigned int height = find_height(drawing, lines);
	FILE *stream = drawing->stream;

	fprintf(stream,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
		"viewBox=\"0 0 %u %u\" role=\"img\" font-family=\"sans-serif\" "
		"font-size=\"12\" fill=\"#1c1e21\">\n<title>",
		WIDTH, height, WIDTH, height);
	put_text(stream, title, SIZE_MAX);
	fprintf(stream,
		"</title>\n<rect width=\"%u\" height=\"%u\" fill=\"#ffffff\" "
		"stroke=\"#c8ccd2\"/>\n",
		WIDTH, height);
	drawing->y = MARGIN + TITLE_HEIGHT / 2;
	begin_text(drawing, MARGIN, drawing->y, " font-size=\"17\" font-weight=\"bold\"");
	put_text(stream, title, SIZE_MAX);
	end_text(drawing);
	for (; *lines; lines += strcspn(lines, "\n") + 1) {
		drawing->y += ROW_HEIGHT;
		begin_text(drawing, MARGIN, drawing->y, "");
		put_text(stream, lines, strcspn(lines, "\n"));
		end_text(drawing);
	}
	drawing->y += ROW_HEIGHT;
}

/* The axis with the letters of its pieces, and the marks between them down all rows. */
static void draw_axis(struct drawing *drawing)
{
	const struct picture_scale *scale = drawing->scale;
	unsigned int bottom;
	size_t i;

	drawing->y += ROW_HEIGHT;
	bottom = drawing->y + rows_height(drawing->picture) + ROW_HEIGHT / 4;
	for (i = 0; i < scale->count; i++) {
		const struct picture_piece *piece = &scale->pieces[i];
		unsigned int left = AXIS_LEFT + piece->first;

		begin_text(drawing, left, drawing->y - 6, " font-weight=\"bold\"");
		fputc(picture_piece_letter(i), drawing->stream);
		end_text(drawing);
		fprintf(drawing->stream, "<path d=\"M%u %uh%u\" stroke=\"#1c1e21\"/>\n",
			left, drawing->y, piece->cells);
		if (!i)
			continue;
		fprintf(drawing->stream,
			"<path d=\"M%u %uV%u\" stroke=\"%s\" stroke-width=\"%u\"%s/>\n",
			left - MARK_CELLS / 2, drawing->y, bottom,
			piece->after_gap ? "#e3e6ea" : "#8a8f98",
			piece->after_gap ? MARK_CELLS - 2 : 1,
			piece->after_gap ? "" : " stroke-dasharray=\"3 3\"");
	}
}

/* Makes a range wide enough to be seen, within its piece, which is not narrower. */
static void widen(const struct picture_scale *scale, unsigned int *first,
		  unsigned int *end)
{
	size_t i = 0;

	while (i + 1 < scale->count && scale->pieces[i + 1].first <= *first)
		i++;
	*end = *first + RANGE_WIDTH;
	if (*end > scale->pieces[i].first + scale->pieces[i].cells)
		*end = scale->pieces[i].first + scale->pieces[i].cells;
	*first = *end - RANGE_WIDTH;
}

static void draw_range(const struct drawing *drawing, const struct picture_row *row,
		       const char *name, const struct picture_range *range)
{
	unsigned int first, end;

	if (!picture_scale_find(drawing->scale, range, &first, &end))
		return;
	if (end - first < RANGE_WIDTH)
		widen(drawing->scale, &first, &end);
	fprintf(drawing->stream,
		"<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"%s\"><title>",
		AXIS_LEFT + first, drawing->y - BAR_HEIGHT + 2, end - first, BAR_HEIGHT,
		picture_look(row->kind)->fill);
	put_text(drawing->stream, name, SIZE_MAX);
	fprintf(drawing->stream, " [%#llx, ", (unsigned long long)range->start);
	if (range->end > range->start) {
		fprintf(drawing->stream, "%#llx), ", (unsigned long long)range->end);
		print_size(drawing->stream, range->end - range->start, 0);
	} else {
		fputs("unknown)", drawing->stream);
	}
	fputs("</title></rect>\n", drawing->stream);
}

/* The text in front of the axis. */
static void draw_label(const struct drawing *drawing, const struct picture_row *row,
		       const char *name, const char *place)
{
	uint64_t bytes = picture_row_bytes(row);
	size_t length = strlen(name);

	begin_text(drawing, MARGIN, drawing->y, "");
	if (text_columns(name, length) <= NAME_COLUMNS) {
		put_text(drawing->stream, name, length);
	} else {
		while (text_columns(name, length) >= NAME_COLUMNS)
			length--;
		put_text(drawing->stream, name, length);
		fputs("\xe2\x80\xa6", drawing->stream);
	}
	end_text(drawing);
	begin_text(drawing, PLACE_RIGHT, drawing->y, " text-anchor=\"end\"");
	put_text(drawing->stream, place, SIZE_MAX);
	end_text(drawing);
	if (!bytes)
		return;
	begin_text(drawing, SIZE_RIGHT, drawing->y, " text-anchor=\"end\"");
	print_size(drawing->stream, bytes, 0);
	end_text(drawing);
}

static int draw_row(struct drawing *drawing, const struct picture_row *row)
{
	_cleanup_free_ char *name = utf8_repair(row->name);
	_cleanup_free_ char *place = picture_row_place(row);
	size_t i;

	if (!name || !place)
		return -ENOMEM;
	drawing->y += ROW_HEIGHT;
	draw_label(drawing, row, name, place);
	fprintf(drawing->stream, "<path d=\"M%u %uH%u\" stroke=\"#e3e6ea\"/>\n", MARGIN,
		drawing->y + 5, WIDTH - MARGIN);
	for (i = 0; i < row->count; i++)
		draw_range(drawing, row, name, &row->ranges[i]);
	return 0;
}

static int draw_rows(struct drawing *drawing)
{
	const struct picture *picture = drawing->picture;
	size_t i;

	for (i = 0; i < picture->count; i++) {
		const struct picture_row *row = &picture->rows[i];

		if (picture_begins_group(picture, i)) {
			drawing->y += ROW_HEIGHT;
			begin_text(drawing, MARGIN, drawing->y, " font-weight=\"bold\"");
			fputs(picture_look(row->kind)->group, drawing->stream);
			end_text(drawing);
		}
		if (draw_row(drawing, row) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* The pieces of the axis, in columns. */
static void draw_pieces(struct drawing *drawing)
{
	const struct picture_scale *scale = drawing->scale;
	size_t lines = piece_lines(scale), i;
	unsigned int top = drawing->y + 2 * ROW_HEIGHT;

	begin_text(drawing, MARGIN, top, " font-weight=\"bold\"");
	fputs("The axis: each piece is to scale; grey: addresses left out",
	      drawing->stream);
	end_text(drawing);
	for (i = 0; i < scale->count; i++) {
		const struct picture_piece *piece = &scale->pieces[i];
		uint64_t size = piece->end - piece->start;
		unsigned int left =
			MARGIN + (unsigned int)(i / lines) * (WIDTH / PIECE_COLUMNS);

		begin_text(drawing, left,
			   top + (unsigned int)(i % lines + 1) * ROW_HEIGHT, "");
		fprintf(drawing->stream, "%c [%#llx, %#llx) ", picture_piece_letter(i),
			(unsigned long long)piece->start, (unsigned long long)piece->end);
		print_size(drawing->stream, size, 0);
		fputs(", ", drawing->stream);
		print_size(drawing->stream, size / piece->cells, 0);
		fputs(" a pixel", drawing->stream);
		end_text(drawing);
	}
}

static int draw(struct drawing *drawing, const char *title, const char *lines)
{
	draw_head(drawing, title, lines);
	draw_axis(drawing);
	if (draw_rows(drawing) < 0)
		return -ENOMEM;
	draw_pieces(drawing);
	fputs("</svg>\n", drawing->stream);
	return 0;
}

int picture_print_svg(FILE *stream, const struct picture *picture, const char *title,
		      const char *lines, struct error *err)
{
	_cleanup_picture_scale_ struct picture_scale scale = { 0 };
	_cleanup_free_ char *text = NULL;
	struct drawing drawing = { .picture = picture, .scale = &scale };
	size_t size;
	int rc;

	if (picture_scale_make(picture, AXIS_CELLS, MARK_CELLS, PICTURE_PIECES_MAX,
			       &scale) < 0)
		return error_no_memory(err);
	drawing.stream = open_memstream(&text, &size);
	if (!drawing.stream)
		return error_no_memory(err);
	rc = draw(&drawing, title, lines);
	if (fclose(drawing.stream) || rc < 0)
		return error_no_memory(err);
	fputs(text, stream);
	return 0;
}
