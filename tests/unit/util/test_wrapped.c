// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/util/wrapped.c. */
#include "util/wrapped.h"

#include "fixtures.h"

struct row {
	const char *name;
	const char *text;
	const char *expected; /* in 30 columns */
};

static const struct row rows[] = {
	{ "empty", "", "" },
	{ "an empty line", "\n", "\n" },
	{ "a line without its end", "one", "one\n" },
	{ "just as wide", "123456789 123456789 1234567890\n",
	  "123456789 123456789 1234567890\n" },
	{ "one column more", "123456789 123456789 12345678901\n",
	  "123456789 123456789\n    12345678901\n" },
	{ "a blank where the line ends", "123456789 123456789 1234567890 next\n",
	  "123456789 123456789 1234567890\n    next\n" },
	{ "a mark in a line that fits", "Label: " WRAP_MARK "text\n", "Label: text\n" },
	{ "further lines begin at the mark",
	  "Label: " WRAP_MARK "some words that do not fit into it\n",
	  "Label: some words that do not\n       fit into it\n" },
	{ "blanks in front of the mark are not a place to break",
	  "  a      " WRAP_MARK "1234567890123456789012345\n",
	  "  a      123456789012345678901\n         2345\n" },
	{ "a mark too far right", "123456789 12 " WRAP_MARK "3456789 123456789.\n",
	  "123456789 12 3456789\n    123456789.\n" },
	{ "a word of several lines",
	  "/123456789/123456789/123456789/123456789/123456789/123456789\n",
	  "/123456789/123456789/123456789\n    /123456789/123456789/12345\n    6789\n" },
	{ "characters, not bytes", "ääääääääää ääääääääää ääääääää\n",
	  "ääääääääää ääääääääää ääääääää\n" },
	{ "a character is not cut", "äääääääääääääääääääääääääääääää\n",
	  "ääääääääääääääääääääääääääääää\n    ä\n" },
	{ "each line by itself", "a " WRAP_MARK "b\n1234567 1234567 1234567 1234567\n",
	  "a b\n1234567 1234567 1234567\n    1234567\n" },
};

static void wraps(void **state)
{
	const struct row *row = *state;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	print_wrapped(stream, row->text, 30);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(text, row->expected);
	free(text);
}

/* Bytes that are not UTF-8, which paths may have, cost nothing but the look. */
static void any_bytes(void **state)
{
	char line[100], *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	for (i = 0; i < sizeof(line) - 1; i++)
		line[i] = (char)(i % 3 ? 0xbf : 0xe0);
	line[sizeof(line) - 1] = '\0';
	print_wrapped(stream, line, 20);
	assert_int_equal(fclose(stream), 0);
	/* 33 characters: 20 of them, then 13 behind the indentation. */
	assert_int_equal(size, 99 + 4 + 2);
	assert_int_equal(text_columns(text, size), 33 + 4 + 2);
	assert_int_equal(text_columns("abc", 2), 2);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(any_bytes) };

	return RUN_TABLE(wraps, rows) + cmocka_run_group_tests(tests, NULL, NULL);
}
