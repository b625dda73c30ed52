// SPDX-License-Identifier: GPL-2.0-only
/* VMCOREINFO: see vmcoreinfo.h for the contract. */
#include "vmcoreinfo.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "util/strings.h"

/* Returns the value of the line that begins with key and "=", or NULL. */
static const char *find_value(const char *text, const char *key)
{
	size_t length = strlen(key);

	while (text) {
		if (!strncmp(text, key, length) && text[length] == '=')
			return text + length + 1;
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return NULL;
}

bool vmcoreinfo_has(const char *text, const char *key)
{
	return find_value(text, key) != NULL;
}

static int parse_value(const char *key, const char *text, uint64_t *value,
		       struct error *err)
{
	bool symbol = starts_with(key, "SYMBOL(");
	uint64_t number = 0;
	char word[32] = "";
	size_t length;
	int rc = -EINVAL;

	length = strcspn(text, "\n");
	if (length < sizeof(word)) {
		memcpy(word, text, length);
		rc = symbol ? parse_hex_u64(word, &number) : parse_u64(word, &number);
	}
	if (rc < 0)
		return error_set(err, EINVAL, "VMCOREINFO: %s is not a number", key);
	if (!symbol && number > VMCOREINFO_SIZE_MAX)
		return error_set(err, EINVAL,
				 "VMCOREINFO: %s is %" PRIu64 ", more than %u bytes", key,
				 number, VMCOREINFO_SIZE_MAX);
	*value = number;
	return 0;
}

int vmcoreinfo_get(const char *text, const struct vmcoreinfo_field *fields, size_t count,
		   struct error *err)
{
	size_t i;
	int rc;

	for (i = 0; i < count; i++) {
		const char *value = find_value(text, fields[i].key);

		if (!value)
			return error_set(err, ENOENT, "VMCOREINFO has no value for %s",
					 fields[i].key);
		rc = parse_value(fields[i].key, value, fields[i].value, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}
