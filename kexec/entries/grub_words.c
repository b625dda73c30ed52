// SPDX-License-Identifier: GPL-2.0-only
/* Replaces variables in the words of a command (GRUB manual, "Quoting"). */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/grub_environment.h"

/* The words of one text while they are made. */
struct expansion {
	const struct grub_environment *environment;
	const struct string_list *arguments;
	struct grub_words *words;
	char *word; /* GRUB_WORDS_MAX bytes */
	size_t length;
	bool has_word; /* a word was begun, if only by quotes */
	bool too_long;
};

static void put(struct expansion *expansion, char c)
{
	if (expansion->length + 1 >= GRUB_WORDS_MAX)
		expansion->too_long = true;
	else
		expansion->word[expansion->length++] = c;
	expansion->has_word = true;
}

static int end_word(struct expansion *expansion)
{
	int rc = 0;

	if (expansion->has_word)
		rc = string_list_add(&expansion->words->list, "%.*s",
				     (int)expansion->length, expansion->word);
	expansion->length = 0;
	expansion->has_word = false;
	return rc;
}

/* Returns the bytes of the variable's name at text, which is behind the $. */
static size_t name_length(const char *text)
{
	size_t length = 0;

	if (isdigit((unsigned char)*text))
		return strspn(text, "0123456789");
	if (*text && strchr("?#@*", *text))
		return 1;
	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length;
}

/* Returns the value of a name; arguments of functions have numbers from 1 on. */
static const char *value_of(const struct expansion *expansion, const char *name)
{
	const struct string_list *arguments = expansion->arguments;

	if (isdigit((unsigned char)*name)) {
		unsigned long index = strtoul(name, NULL, 10);

		return arguments && index && index <= arguments->count
			       ? arguments->items[index - 1]
			       : "";
	}
	return strchr("#@*", *name) ? NULL : grub_get(expansion->environment, name);
}

static int put_value(struct expansion *expansion, const char *name, bool quoted)
{
	const char *value = value_of(expansion, name);
	char **unknown = &expansion->words->unknown;

	if (!value) {
		if (!*unknown)
			*unknown = strdup(name);
		expansion->has_word = true;
		return *unknown ? 0 : -ENOMEM;
	}
	for (; *value; value++) {
		if (!quoted && strchr(" \t\n", *value)) {
			if (end_word(expansion) < 0)
				return -ENOMEM;
		} else {
			put(expansion, *value);
		}
	}
	return 0;
}

/* Replaces the variable at *text, which is a $, and moves *text behind it. */
static int put_variable(struct expansion *expansion, const char **text, bool quoted)
{
	_cleanup_free_ char *name = NULL;
	const char *start = *text + 1;
	bool braces = *start == '{';
	size_t length;

	start += braces;
	length = name_length(start);
	if (!length || (braces && start[length] != '}')) {
		put(expansion, '$');
		++*text;
		return 0;
	}
	name = strndup(start, length);
	if (!name)
		return -ENOMEM;
	*text = start + length + braces;
	return put_value(expansion, name, quoted);
}

/* Double quotes: variables are replaced, and a backslash protects $, ", \ and newline. */
static int put_quoted(struct expansion *expansion, const char **text)
{
	expansion->has_word = true;
	for (++*text; **text && **text != '"';) {
		if (**text == '\\' && (*text)[1] && strchr("$\"\\\n", (*text)[1])) {
			if ((*text)[1] != '\n')
				put(expansion, (*text)[1]);
			*text += 2;
		} else if (**text == '$') {
			if (put_variable(expansion, text, true) < 0)
				return -ENOMEM;
		} else {
			put(expansion, *(*text)++);
		}
	}
	*text += **text == '"';
	return 0;
}

static int put_text(struct expansion *expansion, const char *text)
{
	int rc = 0;

	while (!rc && *text) {
		if (*text == '\'') {
			expansion->has_word = true;
			for (text++; *text && *text != '\''; text++)
				put(expansion, *text);
			text += *text == '\'';
		} else if (*text == '"') {
			rc = put_quoted(expansion, &text);
		} else if (*text == '\\' && text[1]) {
			if (text[1] != '\n')
				put(expansion, text[1]);
			text += 2;
		} else if (*text == '$') {
			rc = put_variable(expansion, &text, false);
		} else {
			put(expansion, *text++);
		}
	}
	return rc ? rc : end_word(expansion);
}

int grub_expand(const struct grub_environment *environment,
		const struct string_list *arguments, const char *text,
		struct grub_words *words, struct error *err)
{
	_cleanup_free_ char *word = malloc(GRUB_WORDS_MAX);
	struct expansion expansion = { environment, arguments, words, word,
				       0,	    false,     false };

	if (!word || put_text(&expansion, text) < 0)
		return error_no_memory(err);
	if (expansion.too_long || words->list.count > GRUB_WORDS_MAX)
		return error_set(err, EFBIG, "GRUB: a word has more than %u bytes",
				 GRUB_WORDS_MAX);
	return 0;
}
