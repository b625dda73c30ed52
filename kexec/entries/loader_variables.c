// SPDX-License-Identifier: GPL-2.0-only
/* Reads the variables that a boot loader and its tools leave in the firmware. */
#include "entries/loader_variables.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE_MAX 65536u

/* A file of efivarfs begins with the variable's attributes. */
#define ATTRIBUTES 4u

/* Writes one character as UTF-8 and returns its bytes. */
static size_t put_utf8(char *to, uint32_t character)
{
	if (character < 0x80) {
		to[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		to[0] = (char)(0xc0 | character >> 6);
		to[1] = (char)(0x80 | (character & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | character >> 12);
	to[1] = (char)(0x80 | (character >> 6 & 0x3f));
	to[2] = (char)(0x80 | (character & 0x3f));
	return 3;
}

/* Surrogates do not occur in the names of entries: such a text is not valid. */
static char *from_utf16(const uint8_t *data, size_t size)
{
	char *text = malloc(size / 2 * 3 + 1);
	size_t i, used = 0;

	if (!text)
		return NULL;
	for (i = 0; i + 1 < size; i += 2) {
		uint32_t character = data[i] | (uint32_t)data[i + 1] << 8;

		if (!character)
			break;
		if (character >= 0xd800 && character < 0xe000) {
			used = 0;
			break;
		}
		used += put_utf8(text + used, character);
	}
	text[used] = '\0';
	return text;
}

int loader_variable_read(const struct root *root, const char *name, char **value,
			 struct error *err)
{
	_cleanup_free_ char *data = NULL;
	size_t size = 0;
	int rc = root_readf_file(root, VARIABLE_MAX, &data, &size, NULL,
				 "sys/firmware/efi/efivars/"
				 "%s-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
				 name);

	*value = NULL;
	if (rc < 0 || size <= ATTRIBUTES)
		return rc == -ENOMEM ? error_no_memory(err) : 0;
	*value = from_utf16((const uint8_t *)data + ATTRIBUTES, size - ATTRIBUTES);
	if (!*value)
		return error_no_memory(err);
	if (!**value) {
		free(*value);
		*value = NULL;
	}
	return 0;
}

bool loader_secure_boot(const struct root *root)
{
	_cleanup_free_ char *data = NULL;
	size_t size = 0;

	return !root_read_file(root,
			       "sys/firmware/efi/efivars/"
			       "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
			       VARIABLE_MAX, &data, &size, NULL) &&
	       size == ATTRIBUTES + 1 && data[ATTRIBUTES] == 1;
}

bool loader_is_efi(const struct root *root)
{
	return root_exists(root, "sys/firmware/efi");
}
