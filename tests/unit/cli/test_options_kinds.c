// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/cli/options.c: other image types and entries, kexec jump. */
#include <errno.h>

#include "fixtures.h"
#include "option_line.h"

static const struct entry_case {
	const char *name; /* the words of the command line */
	enum kernel_entry entry;
	enum elf_arguments arguments;
} entry_cases[] = {
	{ "-l|K", KERNEL_ENTRY_DEFAULT, ELF_ARGUMENTS_NOTES },
	{ "--entry-32bit|K", KERNEL_ENTRY_32BIT, ELF_ARGUMENTS_NOTES },
	{ "--entry-32bit|--real-mode|K", KERNEL_ENTRY_REAL_MODE, ELF_ARGUMENTS_NOTES },
	{ "--real-mode|--entry-32bit|K", KERNEL_ENTRY_32BIT, ELF_ARGUMENTS_NOTES },
	{ "--args-linux|K", KERNEL_ENTRY_DEFAULT, ELF_ARGUMENTS_LINUX },
	{ "--args-linux|--args-none|K", KERNEL_ENTRY_DEFAULT, ELF_ARGUMENTS_NONE },
	{ "--args-none|--args-elf|K", KERNEL_ENTRY_DEFAULT, ELF_ARGUMENTS_NOTES },
};

static void test_last_entry_and_last_arguments_count(void **state)
{
	const struct entry_case *row = *state;
	struct options options;
	struct line line;

	parse(row->name, &line, &options);
	assert_int_equal(options.kernel_entry, row->entry);
	assert_int_equal(options.elf_arguments, row->arguments);
}

static void test_modules_keep_their_order(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	parse("-l|K|--module=a one two|--module|b", &line, &options);
	assert_int_equal(options.module_count, 2);
	assert_string_equal(options.modules[0], "a one two");
	assert_string_equal(options.modules[1], "b");
}

static void test_too_many_modules_are_an_error(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	char *argv[MODULES_MAX + 3] = { "kexec" };
	struct options options;
	size_t i;

	(void)state;
	for (i = 1; i <= MODULES_MAX + 1; i++)
		argv[i] = "--module=m";
	assert_int_equal(options_parse((int)i, argv, &options, &err), -EINVAL);
	assert_non_null(strstr(err.message, "64 modules are the limit"));
	argv[MODULES_MAX + 1] = NULL;
	assert_int_equal(options_parse(MODULES_MAX + 1, argv, &options, NULL), 0);
	assert_int_equal(options.module_count, MODULES_MAX);
}

static void test_type_dtb_profile_and_entry_keep_the_last_value(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	parse("-t|multiboot-x86|--type=elf-x86|--dtb=a|--dtb|b|--uki-profile=1|--uki-profile|x|--entry=5|--entry=0x1000|K",
	      &line, &options);
	assert_string_equal(options.type, "elf-x86");
	assert_string_equal(options.dtb, "b");
	assert_string_equal(options.uki_profile, "x");
	assert_int_equal(options.entry, 0x1000);
	parse("K", &line, &options);
	assert_null(options.type);
	assert_null(options.dtb);
	assert_null(options.uki_profile);
	assert_int_equal(options.entry, 0);
}

static const struct jump_case {
	const char *name; /* the words of the command line */
	enum action action;
	bool preserve;
} jump_cases[] = {
	{ "--load-preserve-context|--mem-max=0x3fffffff|K", ACTION_LOAD, true },
	{ "-l|--load-preserve-context|--mem-max=0x3fffffff|K", ACTION_LOAD, true },
	{ "--load-preserve-context|-f|--mem-max=0x3fffffff|K", ACTION_LOAD_AND_EXEC,
	  true },
	{ "--load-jump-back-helper|--entry=5", ACTION_LOAD_JUMP_BACK, false },
	{ "-e|--load-jump-back-helper|--entry=5", ACTION_LOAD_JUMP_BACK, false },
};

static void test_kexec_jump(void **state)
{
	const struct jump_case *row = *state;
	struct options options;
	struct line line;

	parse(row->name, &line, &options);
	assert_int_equal(options.action, row->action);
	assert_int_equal(options.preserve_context, row->preserve);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modules_keep_their_order),
		cmocka_unit_test(test_too_many_modules_are_an_error),
		cmocka_unit_test(test_type_dtb_profile_and_entry_keep_the_last_value),
	};

	return RUN_TABLE(test_last_entry_and_last_arguments_count, entry_cases) +
	       RUN_TABLE(test_kexec_jump, jump_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
