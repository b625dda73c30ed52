// SPDX-License-Identifier: GPL-2.0-only
/* GRUB's test command (GRUB manual, "test"). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "entries/grub_run.h"

/* The words of a test while it is evaluated. */
struct test {
	const struct grub_context *context;
	const struct string_list *words;
	size_t at;
	unsigned depth;
	bool failed; /* broken syntax, or out of memory */
};

static const char *peek(const struct test *test, size_t ahead)
{
	size_t at = test->at + ahead;

	return at < test->words->count ? test->words->items[at] : NULL;
}

static bool is_word(const char *word, const char *expected)
{
	return word && !strcmp(word, expected);
}

/* -e, -f, -d and -s */
static bool test_file(struct test *test, char what, const char *name)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	struct stat status;

	if (grub_find_file(test->context, name, &path, NULL) < 0)
		test->failed = true;
	if (!path)
		return false;
	fd = root_openat(test->context->grub->root, path, NULL);
	if (fd < 0 || fstat(fd, &status) < 0)
		return false;
	switch (what) {
	case 'd':
		return S_ISDIR(status.st_mode);
	case 'f':
		return !S_ISDIR(status.st_mode);
	case 's':
		return status.st_size > 0;
	}
	return true;
}

/* Sets *result if name is an operator for strings or numbers. */
static bool compare(const char *a, const char *name, const char *b, bool *result)
{
	static const struct {
		const char *name;
		bool numeric, less, equal, greater;
	} operators[] = {
		{ "=", false, false, true, false }, { "==", false, false, true, false },
		{ "!=", false, true, false, true }, { "<", false, true, false, false },
		{ "<=", false, true, true, false }, { ">", false, false, false, true },
		{ ">=", false, false, true, true }, { "-eq", true, false, true, false },
		{ "-ne", true, true, false, true }, { "-lt", true, true, false, false },
		{ "-le", true, true, true, false }, { "-gt", true, false, false, true },
		{ "-ge", true, false, true, true },
	};
	size_t i;

	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		long long x = strtoll(a, NULL, 0), y = strtoll(b, NULL, 0);
		int order = strcmp(a, b);

		if (strcmp(name, operators[i].name))
			continue;
		if (operators[i].numeric)
			order = (x > y) - (x < y);
		*result = order < 0   ? operators[i].less
			  : order > 0 ? operators[i].greater
				      : operators[i].equal;
		return true;
	}
	return false;
}

static bool test_or(struct test *test);

static bool test_one(struct test *test)
{
	const char *word = peek(test, 0), *operand = peek(test, 1);
	bool result = false;

	if (!word) {
		test->failed = true;
		return false;
	}
	if (operand && peek(test, 2) && compare(word, operand, peek(test, 2), &result)) {
		test->at += 3;
		return result;
	}
	if (is_word(word, "(")) {
		test->at++;
		result = test_or(test);
		if (!is_word(peek(test, 0), ")"))
			test->failed = true;
		test->at++;
		return result;
	}
	if (operand && word[0] == '-' && word[1] && !word[2] &&
	    strchr("nzefds", word[1])) {
		test->at += 2;
		if (word[1] == 'n' || word[1] == 'z')
			return (word[1] == 'n') == !!*operand;
		return test_file(test, word[1], operand);
	}
	test->at++;
	return *word;
}

static bool test_not(struct test *test)
{
	bool invert = false;

	while (is_word(peek(test, 0), "!") && peek(test, 1)) {
		invert = !invert;
		test->at++;
	}
	return test_one(test) != invert;
}

static bool test_and(struct test *test)
{
	bool result = test_not(test);

	while (!test->failed && is_word(peek(test, 0), "-a")) {
		test->at++;
		result = test_not(test) && result;
	}
	return result;
}

static bool test_or(struct test *test)
{
	bool result = false;

	if (++test->depth > GRUB_DEPTH_MAX) {
		test->failed = true;
		return false;
	}
	result = test_and(test);
	while (!test->failed && is_word(peek(test, 0), "-o")) {
		test->at++;
		result = test_and(test) || result;
	}
	test->depth--;
	return result;
}

enum grub_status grub_test(const struct grub_context *context,
			   const struct string_list *words)
{
	struct test test = { .context = context, .words = words };
	bool result;

	if (!words->count)
		return GRUB_FALSE;
	result = test_or(&test);
	if (test.failed || test.at < words->count)
		return GRUB_UNKNOWN;
	return result ? GRUB_TRUE : GRUB_FALSE;
}
