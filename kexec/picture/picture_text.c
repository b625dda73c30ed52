// SPDX-License-Identifier: GPL-2.0-only
/* A picture of memory as text: one line for each row, below an axis. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "picture/picture.h"
#include "picture/picture_look.h"
#include "picture/picture_scale.h"
#include "util/strings.h"
#include "util/wrapped.h"

/* Narrower terminals have no room for these columns. */
#define WITH_SIZE_MIN  70u
#define WITH_PLACE_MIN 100u

/* print_size() with a width of 6: "1023.9 MiB". */
#define SIZE_COLUMNS 10u

/* Names of segments, such as "ELF core header", are never cut. */
#define NAME_COLUMNS_MIN 15u

/* A cell of a line. */
enum cell {
	CELL_EMPTY,
	CELL_CUT, /* the scale changes */
	CELL_GAP, /* addresses are left out */
	CELL_RANGE,
};

struct canvas {
	FILE *stream;
	const struct terminal *terminal;
	const struct picture *picture;
	const struct picture_scale *scale;
	unsigned int columns;					/* of a line */
	unsigned int name_columns, place_columns, size_columns; /* 0: not shown */
	unsigned int cell_count;
	unsigned char *cells; /* of the line that is made: enum cell */
};

static const char *ellipsis(const struct terminal *terminal)
{
	return terminal->utf8 ? "\xe2\x80\xa6" : ".";
}

/* Prints a name in so many columns, cut if necessary. */
static void print_name(const struct canvas *canvas, const char *name)
{
	size_t columns = text_columns(name, SIZE_MAX), i;

	if (columns <= canvas->name_columns) {
		fprintf(canvas->stream, "%s%*s", name,
			(int)(canvas->name_columns - columns), "");
		return;
	}
	for (i = strlen(name); text_columns(name, i) >= canvas->name_columns; i--)
		;
	fprintf(canvas->stream, "%.*s%s", (int)i, name, ellipsis(canvas->terminal));
}

static void begin_line(struct canvas *canvas)
{
	const struct picture_scale *scale = canvas->scale;
	size_t i;

	memset(canvas->cells, CELL_EMPTY, canvas->cell_count);
	for (i = 1; i < scale->count; i++)
		canvas->cells[scale->pieces[i].first - 1] =
			scale->pieces[i].after_gap ? CELL_GAP : CELL_CUT;
}

static void put_cell(const struct canvas *canvas, unsigned char cell,
		     const struct picture_look *look)
{
	bool utf8 = canvas->terminal->utf8;

	if (cell == CELL_CUT)
		fputs(utf8 ? "\xe2\x94\x8a" : ":", canvas->stream);
	else if (cell == CELL_GAP)
		fputs(utf8 ? "\xe2\x89\x88" : "~", canvas->stream);
	else if (cell == CELL_EMPTY)
		fputc(' ', canvas->stream);
	else if (utf8)
		fputs(look->block, canvas->stream);
	else
		fputc(look->ascii, canvas->stream);
}

/* Prints the cells of the line, without blanks at its end, and ends it. */
static void end_line(const struct canvas *canvas, const struct picture_look *look)
{
	unsigned int count = canvas->cell_count, i;
	bool coloured = false;

	while (count && canvas->cells[count - 1] == CELL_EMPTY)
		count--;
	for (i = 0; i < count; i++) {
		bool colour = canvas->terminal->colour && canvas->cells[i] == CELL_RANGE;

		if (colour && !coloured)
			fprintf(canvas->stream, "\033[%um", look->sgr);
		if (!colour && coloured)
			fputs("\033[0m", canvas->stream);
		coloured = colour;
		put_cell(canvas, canvas->cells[i], look);
	}
	fputs(coloured ? "\033[0m\n" : "\n", canvas->stream);
}

static void print_heading(struct canvas *canvas, const char *group)
{
	unsigned int before = canvas->columns - canvas->cell_count;
	bool has_marks = canvas->scale->count > 1;

	begin_line(canvas);
	fprintf(canvas->stream, "%-*s", has_marks ? (int)before : 0, group);
	end_line(canvas, NULL);
}

static int print_row(struct canvas *canvas, const struct picture_row *row)
{
	_cleanup_free_ char *place = picture_row_place(row);
	uint64_t bytes = picture_row_bytes(row);
	unsigned int first, end;
	bool drawn = false;
	size_t i;

	if (!place)
		return -ENOMEM;
	begin_line(canvas);
	for (i = 0; i < row->count; i++) {
		if (!picture_scale_find(canvas->scale, &row->ranges[i], &first, &end))
			continue;
		memset(canvas->cells + first, CELL_RANGE, end - first);
		drawn = true;
	}
	fputs("  ", canvas->stream);
	print_name(canvas, row->name);
	if (canvas->place_columns)
		fprintf(canvas->stream, "  %*s", (int)canvas->place_columns, place);
	if (canvas->size_columns && bytes) {
		fputs("  ", canvas->stream);
		print_size(canvas->stream, bytes, 6);
	} else if (canvas->size_columns) {
		fprintf(canvas->stream, "  %*s", (int)canvas->size_columns, "");
	}
	fputs("  ", canvas->stream);
	if (row->count && !drawn)
		fputs("above 4 PiB\n", canvas->stream);
	else
		end_line(canvas, picture_look(row->kind));
	return 0;
}

/* The axis: the letter of each piece where it begins. */
static void print_axis(const struct canvas *canvas)
{
	const struct picture_scale *scale = canvas->scale;
	unsigned int i;
	size_t piece = 0;

	fprintf(canvas->stream, "%*s", (int)(canvas->columns - canvas->cell_count), "");
	for (i = 0; i < canvas->cell_count; i++) {
		bool letter = piece < scale->count && scale->pieces[piece].first == i;
		bool mark = piece && piece < scale->count &&
			    scale->pieces[piece].first == i + 1;

		if (letter)
			fputc(picture_piece_letter(piece++), canvas->stream);
		else if (mark)
			put_cell(canvas,
				 scale->pieces[piece].after_gap ? CELL_GAP : CELL_CUT,
				 NULL);
		else
			fputs(canvas->terminal->utf8 ? "\xe2\x94\x80" : "-",
			      canvas->stream);
	}
	fputc('\n', canvas->stream);
}

static void print_pieces(const struct canvas *canvas)
{
	size_t i;

	for (i = 0; i < canvas->scale->count; i++) {
		const struct picture_piece *piece = &canvas->scale->pieces[i];
		uint64_t size = piece->end - piece->start;

		fprintf(canvas->stream, "  %c  " WRAP_MARK "[%#llx, %#llx)  ",
			picture_piece_letter(i), (unsigned long long)piece->start,
			(unsigned long long)piece->end);
		print_size(canvas->stream, size, 0);
		fputs(", ", canvas->stream);
		print_size(canvas->stream, size / piece->cells, 0);
		fputs(" a column", canvas->stream);
		fputc('\n', canvas->stream);
	}
}

/* Shares the columns of a line between the parts of a row. */
static int lay_out(struct canvas *canvas)
{
	unsigned int columns = canvas->terminal->columns, longest = 0, most;
	size_t i;

	if (columns < PICTURE_COLUMNS_MIN)
		columns = PICTURE_COLUMNS_MIN;
	if (columns > PICTURE_COLUMNS_MAX)
		columns = PICTURE_COLUMNS_MAX;
	canvas->columns = columns;
	most = columns * 3 / 10 > NAME_COLUMNS_MIN ? columns * 3 / 10 : NAME_COLUMNS_MIN;
	canvas->name_columns = NAME_COLUMNS_MIN;
	for (i = 0; i < canvas->picture->count; i++) {
		const struct picture_row *row = &canvas->picture->rows[i];
		_cleanup_free_ char *place = picture_row_place(row);
		unsigned int name = (unsigned int)text_columns(row->name, SIZE_MAX);

		if (!place)
			return -ENOMEM;
		if (strlen(place) > longest)
			longest = (unsigned int)strlen(place);
		if (name > canvas->name_columns)
			canvas->name_columns = name < most ? name : most;
	}
	canvas->cell_count = columns - 2 - canvas->name_columns - 2;
	if (columns >= WITH_SIZE_MIN) {
		canvas->size_columns = SIZE_COLUMNS;
		canvas->cell_count -= SIZE_COLUMNS + 2;
	}
	if (columns >= WITH_PLACE_MIN) {
		canvas->place_columns = longest;
		canvas->cell_count -= longest + 2;
	}
	return 0;
}

static int draw(struct canvas *canvas)
{
	const struct picture *picture = canvas->picture;
	size_t i;

	print_axis(canvas);
	for (i = 0; i < picture->count; i++) {
		const struct picture_row *row = &picture->rows[i];

		if (picture_begins_group(picture, i))
			print_heading(canvas, picture_look(row->kind)->group);
		if (print_row(canvas, row) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Prints the pieces in lines that a narrow terminal has room for. */
static int draw_pieces(struct canvas *canvas, FILE *stream)
{
	_cleanup_free_ char *text = NULL;
	size_t size;

	canvas->stream = open_memstream(&text, &size);
	if (!canvas->stream)
		return -ENOMEM;
	print_pieces(canvas);
	if (fclose(canvas->stream))
		return -ENOMEM;
	print_wrapped(stream, text, canvas->columns);
	return 0;
}

/* Draws with a canvas that is laid out. */
static int draw_all(struct canvas *canvas, FILE *stream)
{
	_cleanup_picture_scale_ struct picture_scale scale = { 0 };
	_cleanup_free_ unsigned char *cells = calloc(canvas->cell_count, 1);
	_cleanup_free_ char *text = NULL;
	size_t size;
	int rc;

	if (!cells || picture_scale_make(canvas->picture, canvas->cell_count, 1,
					 PICTURE_PIECES_MAX, &scale) < 0)
		return -ENOMEM;
	if (!scale.count)
		return 0;
	canvas->scale = &scale;
	canvas->cells = cells;
	canvas->stream = open_memstream(&text, &size);
	if (!canvas->stream)
		return -ENOMEM;
	rc = draw(canvas);
	if (fclose(canvas->stream) || rc < 0)
		return -ENOMEM;
	fputs(text, stream);
	return draw_pieces(canvas, stream);
}

int picture_print_text(FILE *stream, const struct picture *picture,
		       const struct terminal *terminal, struct error *err)
{
	struct canvas canvas = { .terminal = terminal, .picture = picture };

	if (lay_out(&canvas) < 0 || draw_all(&canvas, stream) < 0)
		return error_no_memory(err);
	return 0;
}
