// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/util/utf8.c: RFC 3629, with the limits of each length. */
#include "util/utf8.h"

#include "fixtures.h"

#define R "\xef\xbf\xbd" /* U+FFFD */

/* clang-format off */
static const struct {
	const char *text, *repaired; /* NULL: unchanged */
} rows[] = {
	{ "", NULL },
	{ "root=/dev/vda1 \x01\x7f", NULL },
	/* The first and the last character of each length. */
	{ "\xc2\x80 \xdf\xbf", NULL },
	{ "\xe0\xa0\x80 \xef\xbf\xbf", NULL },
	{ "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf", NULL },
	/* Around the halves of UTF-16 pairs. */
	{ "\xed\x9f\xbf \xee\x80\x80", NULL },
	{ "\xed\xa0\x80", R R R },
	{ "\xed\xbf\xbf", R R R },
	/* Longer than necessary. */
	{ "\xc0\x80", R R },
	{ "\xc1\xbf", R R },
	{ "\xe0\x9f\xbf", R R R },
	{ "\xf0\x8f\xbf\xbf", R R R R },
	/* Beyond Unicode. */
	{ "\xf4\x90\x80\x80", R R R R },
	{ "\xf8\x88\x80\x80\x80", R R R R R },
	{ "\xfe\xff", R R },
	/* Alone, cut off, and the next character stays. */
	{ "\x80z", R "z" },
	{ "a\xc3", "a" R },
	{ "a\xc3z", "a" R "z" },
	{ "\xe2\x82", R R },
	{ "\xe2\x82\xc3\xa4", R R "\xc3\xa4" },
	{ "\xf0\x9f\x98\"", R R R "\"" },
};
/* clang-format on */

static void test_repair(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		char *found = utf8_repair(rows[i].text);

		assert_non_null(found);
		assert_string_equal(found,
				    rows[i].repaired ? rows[i].repaired : rows[i].text);
		free(found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
