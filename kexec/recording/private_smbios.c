// SPDX-License-Identifier: GPL-2.0-only
/* Private bytes in the structure table of SMBIOS. */
#include <errno.h>
#include <string.h>

#include "recording/private_bytes.h"
#include "recording/private_internal.h"
#include "util/bytes.h"

#define HEADER_BYTES 4u
#define TYPE_END     127u
#define TYPE_VENDOR  128u /* and above: any contents */

/* The UUID of a system, SMBIOS 3.6, 7.2. */
#define SYSTEM_UUID	0x08u
#define SYSTEM_UUID_END 0x18u

/* SMBIOS 3.6, chapter 7: fields with the number of a string that is private. */
static const struct private_string {
	uint8_t type, field;
} private_strings[] = {
	{ 1, 0x07 },		    /* system: serial number */
	{ 2, 0x07 },		    /* baseboard: serial number, asset tag */
	{ 2, 0x08 },  { 3, 0x07 },  /* chassis: serial number, asset tag */
	{ 3, 0x08 },  { 4, 0x20 },  /* processor: serial number, asset tag */
	{ 4, 0x21 },  { 17, 0x18 }, /* memory module: serial number, asset tag */
	{ 17, 0x19 }, { 22, 0x07 }, /* battery: serial number */
	{ 39, 0x08 },		    /* power supply: serial number, asset tag */
	{ 39, 0x09 },
};

/* Types of which nothing but the header stays: OEM strings, a controller's addresses. */
static bool is_all_private(uint8_t type)
{
	return type == 11 || type == 12 || type == 42 || type >= TYPE_VENDOR;
}

/* A structure: header and fields, then strings that an empty one ends. */
struct structure {
	uint8_t *data;
	size_t length; /* of header and fields */
	size_t size;   /* with the strings and their end */
};

static bool find_structure(uint8_t *data, size_t size, struct structure *found)
{
	size_t at;

	if (size < HEADER_BYTES || data[1] < HEADER_BYTES || data[1] > size)
		return false;
	for (at = data[1]; at + 1 < size; at++) {
		if (data[at] || data[at + 1])
			continue;
		*found = (struct structure){ data, data[1], at + 2 };
		return true;
	}
	return false;
}

/* Replaces the characters of a string by 'x'; number: from 1 on, 0 without a string. */
static bool blank_string(const struct structure *structure, unsigned number)
{
	uint8_t *at = structure->data + structure->length;
	uint8_t *end = structure->data + structure->size;
	bool any = false;

	if (!number)
		return false;
	while (--number && at < end)
		at += strnlen((char *)at, (size_t)(end - at)) + 1;
	for (; at < end && *at; at++) {
		*at = 'x';
		any = true;
	}
	return any;
}

static bool blank_strings(const struct structure *structure)
{
	uint8_t *at = structure->data + structure->length;
	uint8_t *end = structure->data + structure->size;

	for (; at < end; at++)
		if (*at)
			*at = 'x';
	return end - (structure->data + structure->length) > 2;
}

static bool blank_structure(const struct structure *structure)
{
	uint8_t *data = structure->data;
	bool any = false;
	size_t i;

	if (is_all_private(data[0])) {
		any = private_is_set(data, HEADER_BYTES, structure->length);
		/* The number of OEM strings is not private, and readers rely on it. */
		if (data[0] >= TYPE_VENDOR || data[0] == 42)
			private_blank(data, HEADER_BYTES, structure->length, NULL);
		return blank_strings(structure) || any;
	}
	for (i = 0; i < sizeof(private_strings) / sizeof(private_strings[0]); i++) {
		const struct private_string *row = &private_strings[i];

		if (row->type == data[0] && row->field < structure->length)
			any |= blank_string(structure, data[row->field]);
	}
	if (data[0] == 1 && structure->length >= SYSTEM_UUID_END) {
		any |= private_is_set(data, SYSTEM_UUID, SYSTEM_UUID_END);
		private_blank(data, SYSTEM_UUID, SYSTEM_UUID_END, NULL);
	}
	return any;
}

int private_smbios(uint8_t *data, size_t size, struct string_list *found)
{
	size_t at = 0;

	while (at < size) {
		struct structure structure;
		uint8_t type = data[at];

		if (!find_structure(data + at, size - at, &structure)) {
			private_blank(data, at, size, NULL);
			return string_list_add(found,
					       "all from byte %zu on: it is damaged", at);
		}
		if (blank_structure(&structure) &&
		    string_list_add(found,
				    "serial numbers, asset tags, UUID or OEM data of the "
				    "structure at byte %zu (type %u)",
				    at, type) < 0)
			return -ENOMEM;
		at += structure.size;
		if (type == TYPE_END)
			break;
	}
	/* Nothing is known of what follows the end. */
	if (private_is_set(data, at, size)) {
		private_blank(data, at, size, NULL);
		return string_list_add(found, "what follows the last structure");
	}
	return 0;
}
