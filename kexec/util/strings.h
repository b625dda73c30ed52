/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of strings, conversion of text to numbers, and printing of foreign text. */
#ifndef KEXEC_UTIL_STRINGS_H
#define KEXEC_UTIL_STRINGS_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "util/error.h"

/* A list of strings that it owns. { 0 } is the empty list. */
struct string_list {
	char **items;
	size_t count;
};

/* Frees the strings and the list. */
void string_list_clear(struct string_list *list);

#define _cleanup_string_list_ _cleanup_(string_list_clear)

/*
 * Appends a formatted string. Returns 0 or -ENOMEM. Not __must_check: a list of notes may
 * miss one if memory is short.
 */
int string_list_add(struct string_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int string_list_addv(struct string_list *list, const char *format, va_list args);

/* Sorts the strings by their bytes, and frees those that are there already. */
void string_list_sort(struct string_list *list);

/*
 * The whole text as a number: base 10, 0x… or 0… like strtoull, no sign, no blanks, no
 * suffix. Returns 0, -EINVAL (not a number) or -ERANGE (over 64 bits); *value is set on
 * success only.
 */
__must_check int parse_u64(const char *text, uint64_t *value);

/* The same for hexadecimal without a prefix, as /proc/iomem prints it. */
__must_check int parse_hex_u64(const char *text, uint64_t *value);

/*
 * For printf, in columns: an address of up to 64 bits, as firmware and files may contain
 * more bits than a CPU has.
 */
#define ADDRESS_FORMAT "0x%016" PRIx64

/*
 * Prints text with control characters as \xNN, because foreign texts could control the
 * terminal. allowed: the control characters that are printed unchanged.
 */
void print_escaped_but(FILE *stream, const char *text, const char *allowed);

/* The same, with all control characters escaped. */
static inline void print_escaped(FILE *stream, const char *text)
{
	print_escaped_but(stream, text, "");
}

/*
 * Prints a size, for example "55.9 MiB", in the largest unit with a value of at least 1.
 * width: the number's width in a table, where the unit is padded too; 0 outside tables.
 */
void print_size(FILE *stream, uint64_t size, int width);

/* True if text begins with prefix. */
bool starts_with(const char *text, const char *prefix);

#endif
