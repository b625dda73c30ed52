/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints text in lines of limited width. */
#ifndef KEXEC_UTIL_WRAPPED_H
#define KEXEC_UTIL_WRAPPED_H

#include <stddef.h>
#include <stdio.h>

/*
 * A mark in a line of text, which is not printed: if the line is broken, its further
 * lines begin in this column. It is a control character, which print_escaped() never
 * prints.
 */
#define WRAP_MARK "\v"

/*
 * Prints text, whose lines end with a newline. Lines of more than columns (at least 20)
 * are broken at a blank, or within a word that is longer than a line. Without a mark, or
 * with one in the last 20 columns, further lines begin in column 4. A character of UTF-8
 * takes one column.
 */
void print_wrapped(FILE *stream, const char *text, size_t columns);

/* Returns the columns that text takes, up to its end or size bytes. */
size_t text_columns(const char *text, size_t size);

#endif
