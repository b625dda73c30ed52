// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/cli/options.c: the options of crash kernels. */
#include "fixtures.h"
#include "option_line.h"

static const struct image_case {
	const char *name; /* the words of the command line */
	enum action action;
	bool crash;
} image_cases[] = {
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

static void test_panic_says_which_image_not_what_to_do(void **state)
{
	const struct image_case *row = *state;
	struct options options;
	struct line line;

	parse(row->name, &line, &options);
	assert_int_equal(options.action, row->action);
	assert_int_equal(options.crash, row->crash);
}

static void test_last_core_header_class_counts(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	parse("-p|--elf64-core-headers|--elf32-core-headers|K", &line, &options);
	assert_true(options.elf32_core_headers);
	parse("-p|--elf32-core-headers|--elf64-core-headers|K", &line, &options);
	assert_false(options.elf32_core_headers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_core_header_class_counts),
	};

	return RUN_TABLE(test_panic_says_which_image_not_what_to_do, image_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
