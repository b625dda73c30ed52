// SPDX-License-Identifier: GPL-2.0-only
/* Compares versions, and sorts entries by them. */
#include "entries/bls_order.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_ignored(const char **text)
{
	while (**text && !is_letter(**text) && !is_digit(**text) &&
	       !strchr("~-^.", **text))
		++*text;
}

static int compare_numbers(const char **a, const char **b)
{
	size_t length_a, length_b;
	int result;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	length_a = strspn(*a, "0123456789");
	length_b = strspn(*b, "0123456789");
	if (length_a != length_b)
		return length_a < length_b ? -1 : 1;
	result = strncmp(*a, *b, length_a);
	*a += length_a;
	*b += length_b;
	return result;
}

static int compare_letters(const char **a, const char **b)
{
	size_t length_a = 0, length_b = 0, shorter;
	int result;

	while (is_letter((*a)[length_a]))
		length_a++;
	while (is_letter((*b)[length_b]))
		length_b++;
	shorter = length_a < length_b ? length_a : length_b;
	result = strncmp(*a, *b, shorter);
	if (!result && length_a != length_b)
		result = length_a < length_b ? -1 : 1;
	*a += length_a;
	*b += length_b;
	return result;
}

/* Step by step as in the specification's "Version Comparison". */
int version_compare(const char *a, const char *b)
{
	static const char separators[] = "-^.";

	for (;;) {
		const char *c;
		int result = 0;

		skip_ignored(&a);
		skip_ignored(&b);
		if (*a == '~' || *b == '~') {
			if (*a != *b)
				return *a == '~' ? -1 : 1;
			a++;
			b++;
			continue;
		}
		if (!*a || !*b)
			return !!*a - !!*b;
		for (c = separators; *c && *a != *c && *b != *c; c++)
			;
		if (*c) {
			if (*a != *b)
				return *a == *c ? -1 : 1;
			a++;
			b++;
		} else if (is_digit(*a) || is_digit(*b)) {
			result = compare_numbers(&a, &b);
		} else {
			result = compare_letters(&a, &b);
		}
		if (result)
			return result;
	}
}

static const char *text(const char *value)
{
	return value ? value : "";
}

static int by_keys(const struct boot_entry *a, const struct boot_entry *b)
{
	int result = strcmp(a->sort_key, b->sort_key);

	if (!result)
		result = strcmp(text(a->machine_id), text(b->machine_id));
	return result ? result : version_compare(text(b->version), text(a->version));
}

/* The first profile of an image has the number 0, without a text. */
static int profile_number(const struct boot_entry *entry)
{
	return entry->profile ? atoi(entry->profile + (entry->profile[0] == '@')) : 0;
}

static int by_name(const struct boot_entry *a, const struct boot_entry *b)
{
	if (!strcmp(text(a->source), text(b->source)))
		return profile_number(a) - profile_number(b);
	return version_compare(b->id, a->id);
}

static int by_menu(const void *first, const void *second)
{
	const struct boot_entry *a = first, *b = second;
	int result = (a->tries_left == 0) - (b->tries_left == 0);

	if (!result)
		result = !a->sort_key - !b->sort_key;
	if (!result && a->sort_key && b->sort_key)
		result = by_keys(a, b);
	if (!result)
		result = by_name(a, b);
	if (!result)
		result =
			(a->tries_left < b->tries_left) - (a->tries_left > b->tries_left);
	if (!result)
		result =
			(a->tries_done > b->tries_done) - (a->tries_done < b->tries_done);
	return result ? result : strcmp(text(a->source), text(b->source));
}

void bls_sort(struct boot_entries *entries)
{
	if (entries->count)
		qsort(entries->items, entries->count, sizeof(*entries->items), by_menu);
}
