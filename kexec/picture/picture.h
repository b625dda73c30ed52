/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of memory: rows of ranges above one axis of addresses, as text or as SVG. It
 * knows nothing of machines and images: plan/ fills the rows.
 */
#ifndef KEXEC_PICTURE_H
#define KEXEC_PICTURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "util/error.h"
#include "util/terminal.h"

/* Physical addresses of x86_64 have at most 52 bits. Ranges above are not drawn. */
#define PICTURE_END (1ull << 52)

/* The subject of a row, which decides its group and look; in the order of groups. */
enum picture_kind {
	PICTURE_RAM,
	PICTURE_RESERVED,
	PICTURE_ACPI_TABLES,
	PICTURE_ACPI_NVS,
	PICTURE_UNUSABLE,
	PICTURE_PERSISTENT,
	PICTURE_SOFT_RESERVED,
	PICTURE_CRASH_REGION,
	PICTURE_SEGMENT,
	PICTURE_TABLE,
	PICTURE_MAPPED,
};

/* [start, end) physical, in bytes. The end of an empty one is unknown. */
struct picture_range {
	uint64_t start;
	uint64_t end;
};

struct picture_row {
	enum picture_kind kind;
	char *name;		      /* owned; may have any bytes */
	struct picture_range *ranges; /* owned */
	size_t count;
	size_t capacity;
};

/* Rows of one kind follow each other. { 0 } is the empty picture. */
struct picture {
	struct picture_row *rows; /* owned */
	size_t count;
	size_t capacity;
};

/* Frees the rows; the picture is then empty. */
void picture_clear(struct picture *picture);

#define _cleanup_picture_ _cleanup_(picture_clear)

/* Appends a row without ranges; the name is copied. Returns 0 or -ENOMEM. */
__must_check int picture_add_row(struct picture *picture, enum picture_kind kind,
				 const char *name);

/* Appends a range to the last row. Returns 0 or -ENOMEM. */
__must_check int picture_add_range(struct picture *picture, uint64_t start, uint64_t end);

/* Returns the bytes of a row's ranges; 0 if they are unknown. */
uint64_t picture_row_bytes(const struct picture_row *row);

/*
 * Prints the picture as text, as wide as the terminal, but from PICTURE_COLUMNS_MIN to
 * PICTURE_COLUMNS_MAX columns. A picture without ranges prints nothing. Returns 0 or
 * -ENOMEM, and has then printed nothing.
 */
__must_check int picture_print_text(FILE *stream, const struct picture *picture,
				    const struct terminal *terminal, struct error *err);

#define PICTURE_COLUMNS_MIN 40u
#define PICTURE_COLUMNS_MAX 1000u

/*
 * Prints the picture as one SVG document, with title and lines as text at its head and
 * foot: lines of text that are separated by newlines. Returns 0 or -ENOMEM, and has then
 * printed nothing.
 */
__must_check int picture_print_svg(FILE *stream, const struct picture *picture,
				   const char *title, const char *lines,
				   struct error *err);

#endif
