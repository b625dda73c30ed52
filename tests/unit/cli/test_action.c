// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/cli/action.c: the table of actions, and what each goes with. */
#include <errno.h>

#include "cli/action.h"
#include "cli/option_table.h"
#include "fixtures.h"
#include "util/strings.h"

/* As the user writes the row: "-l", or "--print-ckr-size" without a letter. */
static bool is_written(const struct option_row *row, const char *form)
{
	char letter[] = { '-', row->letter, '\0' };

	return row->letter ? !strcmp(form, letter)
			   : starts_with(form, "--") && !strcmp(form + 2, row->name);
}

/* Finds a row of either table that is missing or named differently in the other one. */
static void test_every_action_has_its_option(void **state)
{
	size_t action, i;

	(void)state;
	for (action = 0; action < ACTION_COUNT; action++) {
		const char *form = action_row(action)->form;
		size_t written = 0, given = 0;

		for (i = 0; i < option_row_count; i++) {
			const struct option_row *row = &option_rows[i];

			written += is_written(row, form);
			if (row->effect != EFFECT_ACTION || row->action != action)
				continue;
			given++;
			if (!is_written(row, form))
				fail_msg("--%s is called %s", row->name, form);
		}
		/*
		 * --check, --list-entries and --record have a value and so a parser; the
		 * default action has no option.
		 */
		assert_int_equal(given, action != ACTION_CHECK &&
						action != ACTION_LIST_ENTRIES &&
						action != ACTION_RECORD &&
						action != ACTION_LOAD_AND_SHUTDOWN);
		assert_int_equal(written, action != ACTION_LOAD_AND_SHUTDOWN);
	}
}

static const struct allowed_case {
	const char *name; /* the action, as the user writes it */
	bool sysroot;	  /* goes with --sysroot alone */
	bool shown;	  /* goes with --dry-run */
	bool both;	  /* goes with both */
} allowed_cases[] = {
	{ "kexec KERNEL", false, true, true },
	{ "-l", false, true, true },
	{ "-f", false, true, true },
	{ "-e", false, false, false },
	{ "--load-jump-back-helper", false, false, false },
	{ "-u", false, false, false },
	{ "-S", true, true, true },
	{ "--print-ckr-size", true, true, true },
	{ "--check", true, true, true },
	{ "--list-entries", true, true, true },
	{ "--record", true, false, false },
	{ "-h", true, true, true },
	{ "-v", true, true, true },
};

static void assert_allowed(struct options options, bool allowed, const char *form)
{
	_cleanup_error_ struct error err = { 0 };
	int rc = action_require_allowed(&options, &err);

	assert_int_equal(rc, allowed ? 0 : -EINVAL);
	if (allowed)
		assert_null(err.message);
	else
		assert_message(&err, form);
}

static void test_allowed(void **state)
{
	const struct allowed_case *row = *state;
	enum action action = 0;

	/* A new action fails here until it has a row above. */
	assert_int_equal(COUNT(allowed_cases), ACTION_COUNT);
	while (action < ACTION_COUNT && strcmp(action_row(action)->form, row->name))
		action++;
	assert_true(action < ACTION_COUNT);
	assert_allowed((struct options){ .action = action }, true, row->name);
	assert_allowed((struct options){ .action = action, .sysroot = "d" }, row->sysroot,
		       row->name);
	assert_allowed((struct options){ .action = action, .dry_run = DRY_RUN_TEXT },
		       row->shown, row->name);
	assert_allowed(
		(struct options){ .action = action, .dump_image = "d", .sysroot = "d" },
		row->both, row->name);
}

static void test_sysroot_is_refused_with_the_actions_that_take_it(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	const struct options options = { .action = ACTION_UNLOAD, .sysroot = "d" };

	(void)state;
	assert_int_equal(action_require_allowed(&options, &err), -EINVAL);
	assert_message(&err, "--sysroot goes with -S, --print-ckr-size, --check, "
			     "--list-entries, --record, and");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_action_has_its_option),
		cmocka_unit_test(test_sysroot_is_refused_with_the_actions_that_take_it),
	};

	return !!(RUN_TABLE(test_allowed, allowed_cases) +
		  cmocka_run_group_tests(tests, NULL, NULL));
}
