// SPDX-License-Identifier: GPL-2.0-only
#include "util/wrapped.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Fewer columns for text would make a column of words. */
#define TEXT_COLUMNS_MIN 20u

#define INDENT_DEFAULT	 4u

/* True for each byte of a character but its first. */
static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t text_columns(const char *text, size_t size)
{
	size_t columns = 0, i;

	for (i = 0; i < size && text[i]; i++)
		columns += !continues(text[i]);
	return columns;
}

/* Returns the bytes that the first so many columns of text, of size bytes, have. */
static size_t bytes_of_columns(const char *text, size_t size, size_t columns)
{
	size_t i = 0;

	while (i < size && (columns || continues(text[i]))) {
		columns -= !continues(text[i]);
		i++;
	}
	return i;
}

/*
 * Returns how many bytes of text go into a line of so many columns. Blanks up to from are
 * for alignment, so the line is not broken there.
 */
static size_t bytes_of_line(const char *text, size_t size, size_t from, size_t columns)
{
	size_t most = bytes_of_columns(text, size, columns), end = most;

	if (most == size)
		return size;
	while (end > from && text[end] != ' ')
		end--;
	return end > from ? end : most;
}

static size_t skip_blanks(const char *text, size_t size)
{
	size_t i = 0;

	while (i < size && text[i] == ' ')
		i++;
	return i;
}

/* Prints one line without a mark, of size bytes. Further lines begin in column indent. */
static void print_line(FILE *stream, const char *text, size_t size, size_t indent,
		       size_t columns)
{
	size_t from = bytes_of_columns(text, size, indent);
	size_t room = columns, used, end;

	from += skip_blanks(text + from, size - from);
	for (;;) {
		used = bytes_of_line(text, size, from, room);
		for (end = used; end && text[end - 1] == ' '; end--)
			;
		fprintf(stream, "%.*s\n", (int)end, text);
		used += skip_blanks(text + used, size - used);
		text += used;
		size -= used;
		if (!size)
			return;
		fprintf(stream, "%*s", (int)indent, "");
		room = columns - indent;
		from = 0;
	}
}

void print_wrapped(FILE *stream, const char *text, size_t columns)
{
	while (*text) {
		size_t size = strcspn(text, "\n"), indent = INDENT_DEFAULT;
		size_t before = strcspn(text, WRAP_MARK "\n");
		char *line = NULL;

		if (before < size) {
			indent = text_columns(text, before);
			if (indent + TEXT_COLUMNS_MIN > columns)
				indent = INDENT_DEFAULT;
			line = strndup(text, size);
		}
		/* Without memory the mark stays, which terminals do not show. */
		if (line) {
			memmove(line + before, line + before + 1, size - before);
			print_line(stream, line, size - 1, indent, columns);
			free(line);
		} else {
			print_line(stream, text, size, indent, columns);
		}
		text += size + (text[size] == '\n');
	}
}
