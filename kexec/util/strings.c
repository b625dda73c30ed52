// SPDX-License-Identifier: GPL-2.0-only
/* Lists of strings, conversion of text to numbers, and printing of foreign text. */
#include "util/strings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

void string_list_clear(struct string_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct string_list){ 0 };
}

int string_list_addv(struct string_list *list, const char *format, va_list args)
{
	char **items;
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return -ENOMEM;
	items = reallocarray(list->items, list->count + 1, sizeof(*items));
	if (!items) {
		free(text);
		return -ENOMEM;
	}
	list->items = items;
	list->items[list->count++] = text;
	return 0;
}

int string_list_add(struct string_list *list, const char *format, ...)
{
	va_list args;
	int rc;

	va_start(args, format);
	rc = string_list_addv(list, format, args);
	va_end(args);
	return rc;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void string_list_sort(struct string_list *list)
{
	size_t kept = 0, i;

	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), by_bytes);
	for (i = 0; i < list->count; i++) {
		if (kept && !strcmp(list->items[kept - 1], list->items[i]))
			free(list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

static int parse_base(const char *text, int base, uint64_t *value)
{
	unsigned long long number;
	char *end;

	/* strtoull accepts blanks, signs and, in base 16, a prefix: reject them. */
	if (!isxdigit((unsigned char)text[0]))
		return -EINVAL;
	if (base == 16 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, base);
	if (end == text || *end)
		return -EINVAL;
	if (errno)
		return -errno;
	*value = number;
	return 0;
}

int parse_u64(const char *text, uint64_t *value)
{
	return parse_base(text, 0, value);
}

int parse_hex_u64(const char *text, uint64_t *value)
{
	return parse_base(text, 16, value);
}

void print_escaped_but(FILE *stream, const char *text, const char *allowed)
{
	for (; *text; text++) {
		if (iscntrl((unsigned char)*text) && !strchr(allowed, *text))
			fprintf(stream, "\\x%02x", (unsigned char)*text);
		else
			fputc(*text, stream);
	}
}

bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

void print_size(FILE *stream, uint64_t size, int width)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double number = (double)size;
	size_t unit = 0;

	while (number >= 1024 && unit < sizeof(units) / sizeof(units[0]) - 1) {
		number /= 1024;
		unit++;
	}
	fprintf(stream, "%*.*f %*s", width, unit ? 1 : 0, number, width ? -3 : 0,
		units[unit]);
}
