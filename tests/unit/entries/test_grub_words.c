// SPDX-License-Identifier: GPL-2.0-only
/* GRUB's variables, its environment block, and the words of a command. */
#include <errno.h>

#include "entries/grub_environment.h"
#include "fixtures.h"

/* a is "1", b is "x  y", e is "", u is unknown; $1 is "first", $2 "second one". */
static const struct word_case {
	const char *name;  /* the text */
	const char *words; /* the words, each with a | behind it */
	const char *unknown;
} word_cases[] = {
	{ "a", "a|", NULL },
	{ "$a", "1|", NULL },
	{ "${a}b$a", "1b1|", NULL },
	{ "$b", "x|y|", NULL },
	{ "\"$b\"", "x  y|", NULL },
	{ "'$b'", "$b|", NULL },
	{ "p$b'q'", "px|yq|", NULL },
	{ "$e", "", NULL },
	{ "\"$e\"", "|", NULL },
	{ "''", "|", NULL },
	{ "$gone", "", NULL },
	{ "\\$a\\ \\\\", "$a \\|", NULL },
	{ "\"\\$a \\\" \\n \\\\\"", "$a \" \\n \\|", NULL },
	{ "$", "$|", NULL },
	{ "${a", "${a|", NULL },
	{ "$-", "$-|", NULL },
	{ "$1-$2", "first-second|one|", NULL },
	{ "$3", "", NULL },
	{ "x$u", "x|", "u" },
	{ "'$u'", "$u|", NULL },
	{ "$#", "|", "#" },
};

static void make_environment(struct grub_environment *environment)
{
	assert_int_equal(grub_set(environment, "a", "1", NULL), 0);
	assert_int_equal(grub_set(environment, "b", "x  y", NULL), 0);
	assert_int_equal(grub_set(environment, "e", "", NULL), 0);
	assert_int_equal(grub_set(environment, "u", NULL, NULL), 0);
}

static void test_words(void **state)
{
	const struct word_case *row = *state;
	_cleanup_grub_environment_ struct grub_environment environment = { 0 };
	_cleanup_grub_words_ struct grub_words words = { 0 };
	char first[] = "first", second[] = "second one", *items[] = { first, second };
	const struct string_list arguments = { items, 2 };
	char found[256] = "";
	size_t i;

	make_environment(&environment);
	assert_int_equal(grub_expand(&environment, &arguments, row->name, &words, NULL),
			 0);
	for (i = 0; i < words.list.count; i++) {
		strcat(found, words.list.items[i]);
		strcat(found, "|");
	}
	assert_string_equal(found, row->words);
	if (row->unknown)
		assert_string_equal(words.unknown, row->unknown);
	else
		assert_null(words.unknown);
}

static void test_environment_block(void **state)
{
	_cleanup_grub_environment_ struct grub_environment environment = { 0 };

	(void)state;
	assert_int_equal(grub_environment_load(&environment,
					       "# GRUB Environment Block\n"
					       "saved_entry=a>b=c\nback=\\\\x\\\ny\n"
					       "empty=\n=none\nno value\n######",
					       NULL),
			 0);
	assert_string_equal(grub_get(&environment, "saved_entry"), "a>b=c");
	assert_string_equal(grub_get(&environment, "empty"), "");
	assert_string_equal(grub_get(&environment, "none"), "");
	assert_int_equal(environment.count, 3);
}

static void test_exported_copy(void **state)
{
	_cleanup_grub_environment_ struct grub_environment environment = { 0 };
	_cleanup_grub_environment_ struct grub_environment copy = { 0 };

	(void)state;
	make_environment(&environment);
	grub_export(&environment, "u");
	grub_export(&environment, "b");
	grub_unset(&environment, "a");
	assert_int_equal(grub_environment_copy(&environment, true, &copy, NULL), 0);
	assert_int_equal(copy.count, 2);
	assert_string_equal(grub_get(&copy, "b"), "x  y");
	assert_null(grub_get(&copy, "u"));
	assert_string_equal(grub_get(&environment, "a"), "");
}

static void test_limits(void **state)
{
	_cleanup_grub_environment_ struct grub_environment environment = { 0 };
	_cleanup_grub_words_ struct grub_words words = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = calloc(1, GRUB_WORDS_MAX + 1);

	(void)state;
	memset(text, 'x', GRUB_WORDS_MAX);
	assert_int_equal(grub_expand(&environment, NULL, text, &words, &err), -EFBIG);
	assert_message(&err, "has more than 65536 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environment_block),
		cmocka_unit_test(test_exported_copy),
		cmocka_unit_test(test_limits),
	};

	return RUN_TABLE(test_words, word_cases) +
	       cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
