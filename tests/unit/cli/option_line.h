/* SPDX-License-Identifier: GPL-2.0-only */
/* Command lines for the tests of the options. */
#ifndef TESTS_UNIT_OPTION_LINE_H
#define TESTS_UNIT_OPTION_LINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/options.h"

#define WORDS_MAX 16

/* A command line given as words with '|' between them. struct options points into it. */
struct line {
	char text[256];
	char *argv[WORDS_MAX];
	int argc;
};

static inline void split(const char *words, struct line *line)
{
	char *word;

	assert_true((size_t)snprintf(line->text, sizeof(line->text), "kexec|%s", words) <
		    sizeof(line->text));
	word = line->text;
	for (line->argc = 0; word; line->argc++) {
		assert_true(line->argc < WORDS_MAX - 1);
		line->argv[line->argc] = word;
		word = strchr(word, '|');
		if (word)
			*word++ = '\0';
	}
	line->argv[line->argc] = NULL;
	/* An empty string means a command line without words. */
	if (!*words) {
		line->argc = 1;
		line->argv[1] = NULL;
	}
}

/* Splits a command line and parses its options. Fails if they are refused. */
static inline void parse(const char *words, struct line *line, struct options *options)
{
	_cleanup_error_ struct error err = { 0 };

	split(words, line);
	if (options_parse(line->argc, line->argv, options, &err) != 0)
		fail_msg("%s: %s", words,
			 err.message ? err.message : "refused by getopt");
}

#endif
