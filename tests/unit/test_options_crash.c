// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/options.c: the options of crash images. */
#include "option_line.h"

static void test_panic_says_which_image_not_what_to_do(void **state)
{
	static const struct {
		const char *words;
		enum action action;
		bool crash;
	} cases[] = {
		{ "-p|K", ACTION_LOAD, true },
		{ "--load-panic|K", ACTION_LOAD, true },
		{ "-l|-p|K", ACTION_LOAD, true },
		{ "-p|-l|K", ACTION_LOAD, true },
		{ "-p|-u", ACTION_UNLOAD, true },
		{ "-u|-p", ACTION_UNLOAD, true },
		{ "-u", ACTION_UNLOAD, false },
		{ "-p|-S", ACTION_STATUS, true },
		{ "-S|-p", ACTION_STATUS, true },
		{ "-e|-p", ACTION_EXEC, true },
		{ "-p|-f|K", ACTION_LOAD_AND_EXEC, true },
		{ "--print-ckr-size", ACTION_PRINT_CRASH_SIZE, false },
		{ "-p|--print-ckr-size|-l|K", ACTION_PRINT_CRASH_SIZE, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct options options;
		struct line line;

		split(cases[i].words, &line);
		assert_int_equal(options_parse(line.argc, line.argv, &options, NULL), 0);
		assert_int_equal(options.action, cases[i].action);
		assert_int_equal(options.crash, cases[i].crash);
	}
}

static void test_last_core_header_class_counts(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	split("-p|--elf64-core-headers|--elf32-core-headers|K", &line);
	assert_int_equal(options_parse(line.argc, line.argv, &options, NULL), 0);
	assert_true(options.elf32_core_headers);
	split("-p|--elf32-core-headers|--elf64-core-headers|K", &line);
	assert_int_equal(options_parse(line.argc, line.argv, &options, NULL), 0);
	assert_false(options.elf32_core_headers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_panic_says_which_image_not_what_to_do),
		cmocka_unit_test(test_last_core_header_class_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
