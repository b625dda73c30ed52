// SPDX-License-Identifier: GPL-2.0-only
/* Reads text sections of EFI programs. */
#include "entries/bls_uki_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/strings.h"

#define SECTION_MAX 65536u

/* Finds a section in [start, end) of the table. The last one wins, as in uki.c. */
static int find_section(const struct pe *pe, unsigned start, unsigned end,
			const char *name, struct pe_section *found, bool *has,
			struct error *err)
{
	struct pe_section section;
	unsigned i;

	for (i = start; i < end; i++) {
		int rc = pe_read_section(pe, i, &section, err);

		if (rc < 0)
			return rc;
		if (!strcmp(section.name, name)) {
			*found = section;
			*has = true;
		}
	}
	return 0;
}

int uki_text_read(const struct pe *pe, const struct uki_profile *profile,
		  const char *name, char **text, struct error *err)
{
	_cleanup_free_ char *made = NULL;
	struct pe_section section = { 0 };
	bool has = false;
	int rc = find_section(pe, 0, profile->base_end, name, &section, &has, err);

	*text = NULL;
	if (!rc)
		rc = find_section(pe, profile->start, profile->end, name, &section, &has,
				  err);
	if (rc < 0 || !has)
		return rc;
	if (section.virtual_size > SECTION_MAX)
		return error_set(err, EFBIG, "its %s section is too large: %u bytes",
				 name, section.virtual_size);
	rc = pe_require_in_file(pe, &section, err);
	if (rc < 0)
		return rc;
	made = calloc(1, section.virtual_size + 1);
	if (!made)
		return error_no_memory(err);
	if (section.virtual_size)
		rc = kernel_file_read(pe->file, section.raw_offset, made,
				      section.virtual_size, err);
	if (rc < 0)
		return rc;
	*text = take_pointer(made);
	return 0;
}

void uki_text_to_line(char *text)
{
	size_t length;

	for (length = 0; text[length]; length++)
		if ((unsigned char)text[length] < ' ' || text[length] == 0x7f)
			text[length] = ' ';
	while (length && text[length - 1] == ' ')
		text[--length] = '\0';
}

char *os_release_value(const char *text, const char *key)
{
	size_t length = strlen(key);

	while (text) {
		const char *end = strchr(text, '\n'), *stop;

		if (!strncmp(text, key, length) && text[length] == '=') {
			text += length + 1;
			stop = end ? end : text + strlen(text);
			if (stop > text && (*text == '"' || *text == '\'') &&
			    stop[-1] == *text && stop - text > 1) {
				text++;
				stop--;
			}
			return stop > text ? strndup(text, (size_t)(stop - text)) : NULL;
		}
		text = end ? end + 1 : NULL;
	}
	return NULL;
}
