// SPDX-License-Identifier: GPL-2.0-only
#include "util/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

#define REPLACEMENT	  "\xef\xbf\xbd" /* U+FFFD */
#define REPLACEMENT_BYTES 3u

/* Bytes of a character by its first byte, and the lowest value that needs so many. */
static const struct {
	unsigned char mask, lead;
	uint32_t least;
} lengths[] = {
	{ 0, 0, 0 }, /* unused: a character has at least one byte */
	{ 0x80, 0x00, 0 },     { 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 },
};

#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

/* Returns the bytes of the character that text begins with; 0 if it is malformed. */
static size_t character_bytes(const unsigned char *text)
{
	uint32_t value;
	size_t length = 1, i;

	while (length < LENGTHS && (*text & lengths[length].mask) != lengths[length].lead)
		length++;
	if (length == LENGTHS)
		return 0;
	value = *text & (unsigned char)~lengths[length].mask;
	/* The zero at the end of the text is not a continuation: the loop ends there. */
	for (i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (text[i] & 0x3fu);
	}
	/* Longer than necessary, half of a UTF-16 pair, or beyond Unicode. */
	if (value < lengths[length].least || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	return length;
}

char *utf8_repair(const char *text)
{
	size_t size = strlen(text), used = 0, at = 0;
	uint64_t room;
	char *copy;

	/* Each byte may become a replacement; one more for the end of the text. */
	if (!multiply_u64(size, REPLACEMENT_BYTES, &room) || room >= SIZE_MAX)
		return NULL;
	copy = malloc((size_t)room + 1);
	while (copy && at < size) {
		size_t bytes = character_bytes((const unsigned char *)text + at);

		memcpy(copy + used, bytes ? text + at : REPLACEMENT,
		       bytes ? bytes : REPLACEMENT_BYTES);
		used += bytes ? bytes : REPLACEMENT_BYTES;
		at += bytes ? bytes : 1;
	}
	if (copy)
		copy[used] = '\0';
	return copy;
}
