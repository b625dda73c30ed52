// SPDX-License-Identifier: GPL-2.0-only
/* Private values in kernel command lines. */
#include "recording/private_words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Six pairs of digits make an address of a network adapter; InfiniBand has 20. */
#define ADDRESS_PAIRS 6u

struct piece {
	char *start, *end;
};

/* Parts of the names of parameters with private values. '-' in a name counts as '_'. */
static const char *const private_names[] = {
	"key",	    "passw",	  "passphrase", "pwd",	     "secret",
	"token",    "credential", "cred",	"username",  "machine_id",
	"hostname", "host_name",  "initiator",	"hwaddr",    "macaddr",
	"bootif",   "serial_no",  "serialno",	"asset_tag", "psk",
};

static bool has_name(struct piece name, const char *part)
{
	size_t length = strlen(part);
	const char *at;

	for (at = name.start; (size_t)(name.end - at) >= length; at++) {
		size_t i = 0;

		while (i < length &&
		       (at[i] == '-' ? '_' : tolower((unsigned char)at[i])) == part[i])
			i++;
		if (i == length)
			return true;
	}
	return false;
}

static bool is_private(struct piece name)
{
	size_t i;

	for (i = 0; i < sizeof(private_names) / sizeof(private_names[0]); i++)
		if (has_name(name, private_names[i]))
			return true;
	return false;
}

/* Quotes stay, and what a backslash escapes: "\"", or "\u" with its four digits. */
static void blank(struct piece value)
{
	char *at = value.start;

	while (at < value.end) {
		if (*at == '\\') {
			at += at + 1 < value.end && at[1] == 'u' ? 6 : 2;
			continue;
		}
		if (*at != '"')
			*at = 'x';
		at++;
	}
}

static int blank_value(struct piece name, struct piece value, struct string_list *found)
{
	if (value.start >= value.end)
		return 0;
	blank(value);
	return string_list_add(found, "the value of %.*s, %zu bytes",
			       (int)(name.end - name.start), name.start,
			       (size_t)(value.end - value.start));
}

/* True if all of the name is that text. */
static bool is_named(struct piece name, const char *text)
{
	return (size_t)(name.end - name.start) == strlen(text) && has_name(name, text);
}

/* The parts NAME=TEXT of a value, as in "//server/share,password=TEXT". */
static int blank_parts(struct piece value, struct string_list *found)
{
	static const char ends[] = ",;&?/ \t";
	char *at = value.start;

	while (at < value.end) {
		char *end = at, *equals = NULL;

		for (; end < value.end && !strchr(ends, *end); end++)
			if (*end == '=' && !equals)
				equals = end;
		if (equals && is_private((struct piece){ at, equals })) {
			struct piece name = { at, equals };

			/* A key may have slashes in it, as base64 does. */
			while (end < value.end && !strchr(",;& \t", *end))
				end++;
			if (blank_value(name, (struct piece){ equals + 1, end }, found) <
			    0)
				return -ENOMEM;
		}
		at = end + 1;
	}
	return 0;
}

/* User and password before the "@" of an address, "https://USER:PASSWORD@server/". */
static int blank_user(struct piece name, struct piece value, struct string_list *found)
{
	char *scheme = value.start, *at, *start;

	for (at = value.start; at + 2 < value.end; at++)
		if (!memcmp(at, "://", 3))
			scheme = at;
	for (at = scheme; at < value.end && *at != ':'; at++)
		if (!isalnum((unsigned char)*at) && *at != '+' && *at != '"')
			return 0;
	for (start = at; start < value.end && (*start == ':' || *start == '/');)
		start++;
	for (at = start; at < value.end && *at != '/'; at++)
		if (*at == '@')
			return blank_value(name, (struct piece){ start, at }, found);
	return 0;
}

/* Behind "/by-id/": the model and the serial number of a disk. */
static int blank_disk(struct piece name, struct piece value, struct string_list *found)
{
	static const char directory[] = "by-id/";
	size_t length = strlen(directory);
	char *at, *end;

	for (at = value.start; (size_t)(value.end - at) > length; at++) {
		if (memcmp(at, directory, length) != 0)
			continue;
		end = at + length;
		while (end < value.end && !strchr(":,;\"", *end))
			end++;
		return blank_value(name, (struct piece){ at + length, end }, found);
	}
	return 0;
}

/* The fifth part of ip=, between colons that are not in brackets (nfsroot.rst). */
static int blank_host(struct piece name, struct piece value, struct string_list *found)
{
	unsigned part = 0, depth = 0;
	struct piece host = { NULL, value.end };
	char *at;

	if (!is_named(name, "ip"))
		return 0;
	for (at = value.start; at < value.end; at++) {
		depth += *at == '[';
		depth -= *at == ']' && depth;
		if (*at != ':' || depth)
			continue;
		part++;
		if (part == 4)
			host.start = at + 1;
		if (part == 5)
			host.end = at;
	}
	return host.start ? blank_value(name, host, found) : 0;
}

static bool is_pair(const char *at, const char *end)
{
	return end - at >= 2 && isxdigit((unsigned char)at[0]) &&
	       isxdigit((unsigned char)at[1]) &&
	       (end - at == 2 || !isxdigit((unsigned char)at[2]));
}

/* Six or more pairs of digits with ':' or '-' between them. */
static int blank_addresses(struct piece word, struct string_list *found)
{
	char *at = word.start;

	while (at < word.end) {
		char *end = at;
		size_t pairs = 0;

		while ((at == word.start || !isxdigit((unsigned char)at[-1]) || pairs) &&
		       is_pair(end, word.end)) {
			pairs++;
			end += 2;
			if (end >= word.end || (*end != ':' && *end != '-') ||
			    !is_pair(end + 1, word.end))
				break;
			end++;
		}
		if (pairs >= ADDRESS_PAIRS) {
			size_t length = (size_t)(end - at);

			for (; at < end; at++)
				if (isxdigit((unsigned char)*at))
					*at = 'x';
			if (string_list_add(found, "a hardware address, %zu bytes",
					    length) < 0)
				return -ENOMEM;
		}
		at = end > at ? end : at + 1;
	}
	return 0;
}

static int blank_word(struct piece word, struct string_list *found)
{
	char *equals = memchr(word.start, '=', (size_t)(word.end - word.start));
	struct piece name = { word.start, equals }, value = { NULL, word.end };
	int rc;

	if (!equals)
		return blank_addresses(word, found);
	value.start = equals + 1;
	/* A table of device mapper may have the key of an encrypted disk in it. */
	if (is_private(name) || is_named(name, "dm_mod.create"))
		return blank_value(name, value, found);
	rc = blank_parts(value, found);
	if (!rc)
		rc = blank_user(name, value, found);
	if (!rc)
		rc = blank_disk(name, value, found);
	if (!rc)
		rc = blank_host(name, value, found);
	return rc ? rc : blank_addresses(value, found);
}

int private_words_blank(char *text, size_t size, struct string_list *found)
{
	char *end = text + size, *at = text;
	int rc = 0;

	while (!rc && at < end) {
		struct piece word = { at, at };
		bool quoted = false;

		while (word.end < end && (quoted || !strchr(" \t\n", *word.end))) {
			quoted ^= *word.end == '"';
			word.end++;
		}
		if (word.end > word.start)
			rc = blank_word(word, found);
		at = word.end + 1;
	}
	return rc;
}
