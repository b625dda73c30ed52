// SPDX-License-Identifier: GPL-2.0-only
/* Parses the files and names of type 1 entries. */
#include "entries/bls_fields.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"

/* The keys with one value; the last one wins. */
static const struct {
	const char *name;
	size_t offset;
} keys[] = {
	{ "title", offsetof(struct bls_fields, title) },
	{ "version", offsetof(struct bls_fields, version) },
	{ "machine-id", offsetof(struct bls_fields, machine_id) },
	{ "sort-key", offsetof(struct bls_fields, sort_key) },
	{ "architecture", offsetof(struct bls_fields, architecture) },
	{ "linux", offsetof(struct bls_fields, kernel) },
	{ "efi", offsetof(struct bls_fields, efi) },
	{ "uki", offsetof(struct bls_fields, uki) },
	{ "uki-url", offsetof(struct bls_fields, uki_url) },
	{ "profile", offsetof(struct bls_fields, profile) },
	{ "devicetree", offsetof(struct bls_fields, devicetree) },
};

void bls_fields_clear(struct bls_fields *fields)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		free(*(char **)((char *)fields + keys[i].offset));
	free(fields->options);
	string_list_clear(&fields->initrds);
	string_list_clear(&fields->extras);
	*fields = (struct bls_fields){ 0 };
}

static int add_options(const char *value, struct bls_fields *fields)
{
	char *joined;

	if (asprintf(&joined, "%s%s%s", fields->options ? fields->options : "",
		     fields->options ? " " : "", value) < 0)
		return -ENOMEM;
	free(fields->options);
	fields->options = joined;
	return 0;
}

static int set_field(const char *key, const char *value, struct bls_fields *fields)
{
	size_t i;

	if (!strcmp(key, "options"))
		return add_options(value, fields);
	if (!strcmp(key, "initrd"))
		return string_list_add(&fields->initrds, "%s", value);
	if (!strcmp(key, "extra"))
		return string_list_add(&fields->extras, "%s", value);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char **member = (char **)((char *)fields + keys[i].offset);
		char *copy;

		if (strcmp(key, keys[i].name))
			continue;
		copy = strdup(value);
		if (!copy)
			return -ENOMEM;
		free(*member);
		*member = copy;
	}
	return 0;
}

int bls_fields_parse(const char *text, struct bls_fields *fields, struct error *err)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *line;

	if (!copy)
		return error_no_memory(err);
	while ((line = strsep(&rest, "\n\r"))) {
		char *value;
		size_t length;

		line += strspn(line, BLANKS);
		length = strcspn(line, BLANKS);
		if (*line == '#' || !line[length])
			continue;
		value = line + length;
		*value++ = '\0';
		value += strspn(value, BLANKS);
		length = strlen(value);
		while (length && strchr(BLANKS, value[length - 1]))
			value[--length] = '\0';
		if (length && set_field(line, value, fields) < 0)
			return error_no_memory(err);
	}
	return 0;
}

/* Reads digits at *text, at most INT_MAX. Returns false without any. */
static bool take_number(const char **text, int *number)
{
	long value = 0;

	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text); ++*text)
		if (value < INT_MAX / 10)
			value = value * 10 + **text - '0';
	*number = (int)value;
	return true;
}

int bls_name_parse(const char *name, const char *suffix, char **id, int *tries_left,
		   int *tries_done, struct error *err)
{
	size_t length = strlen(name), tail = strlen(suffix), stem;
	const char *counters;
	int left = -1, done = -1;

	if (length <= tail || strcasecmp(name + length - tail, suffix))
		return -EINVAL;
	stem = length - tail;
	counters = memrchr(name, '+', stem);
	if (counters && counters > name) {
		const char *c = counters + 1;
		bool valid = take_number(&c, &left);

		if (valid && *c == '-') {
			c++;
			valid = take_number(&c, &done);
		} else if (valid) {
			done = 0;
		}
		if (valid && c == name + stem)
			stem = (size_t)(counters - name);
		else
			left = done = -1;
	}
	if (asprintf(id, "%.*s%s", (int)stem, name, name + length - tail) < 0)
		return error_no_memory(err);
	*tries_left = left;
	*tries_done = done;
	return 0;
}
