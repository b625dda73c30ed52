// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/cli/options.c: --check, its values, and options it combines with.
 */
#include <errno.h>

#include "fixtures.h"
#include "option_line.h"

static const struct check_case {
	const char *name; /* the words of the command line */
	bool after, json, crash, kernel;
} check_cases[] = {
	{ "--check", false, false, false, false },
	{ "--check=before", false, false, false, false },
	{ "--check=text,before", false, false, false, false },
	{ "--check=json", false, true, false, false },
	{ "--check=after", true, false, false, false },
	{ "--check=after,json", true, true, false, false },
	{ "--check=json,after", true, true, false, false },
	{ "--check=after|--check=json", true, true, false, false },
	{ "--check=after|--check=before", false, false, false, false },
	{ "--check|K|--initrd=i", false, false, false, true },
	{ "-l|K|--check", false, false, false, true },
	{ "--check|-l|K", false, false, false, true },
	{ "-p|K|--check", false, false, true, true },
	{ "--check|-p", false, false, true, false },
	{ "-e|-l|--check|K", false, false, false, true },
	{ "--check|--efi-map-config|-d", false, false, false, false },
};

static void test_check(void **state)
{
	const struct check_case *row = *state;
	struct options options;
	struct line line;

	parse(row->name, &line, &options);
	assert_int_equal(options.action, ACTION_CHECK);
	assert_int_equal(options.check_after, row->after);
	assert_int_equal(options.check_json, row->json);
	assert_int_equal(options.crash, row->crash);
	assert_int_equal(options.kernel != NULL, row->kernel);
}

static const struct refused_case {
	const char *name; /* the words of the command line */
	const char *message;
} refused_cases[] = {
	{ "--check=", "--check=: expected" },
	{ "--check=late", "--check=late: expected" },
	{ "--check=after,", "expected" },
	{ "--check=after,,json", "expected" },
	{ "--check=aft", "expected" },
	{ "--check|-e", "only looks" },
	{ "--check|--list-entries", "only looks" },
	{ "--check=after|--boot-entry", "looks at the running kernel" },
	{ "-l|--boot-entry|K", "--boot-entry and the kernel \"K\"" },
	{ "-l|--boot-entry=", "--boot-entry= needs the ID" },
	{ "-e|--boot-entry", "-e does not load one" },
	{ "--list-entries|--boot-entry", "--list-entries does not load one" },
	{ "--list-entries=all", "--list-entries=all: expected" },
	{ "-e|--check", "only looks" },
	{ "--check|-u", "only looks" },
	{ "--check|-f|K", "only looks" },
	{ "--check|-S", "only looks" },
	{ "--check|--load-jump-back-helper|--entry=5", "only looks" },
	{ "--check=after|K", "--check=after" },
	{ "--check=after|-p", "--check=after" },
	{ "--check|--dry-run|K", "--dry-run" },
	{ "--check|--dump-image=d|K", "--dump-image" },
	{ "--check|--initrd=i", "--initrd" },
	{ "--check|K|L", "one kernel" },
};

static void test_refused(void **state)
{
	const struct refused_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	struct options options;
	struct line line;

	split(row->name, &line);
	assert_int_equal(options_parse(line.argc, line.argv, &options, &err), -EINVAL);
	assert_message(&err, row->message);
}

int main(void)
{
	return RUN_TABLE(test_check, check_cases) +
	       RUN_TABLE(test_refused, refused_cases);
}
