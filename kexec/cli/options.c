// SPDX-License-Identifier: GPL-2.0-only
/* Reads kexec's own command line into struct options, according to the option table. */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "cli/option_hints.h"
#include "cli/option_table.h"

/* getopt_long returns this plus the row for a long option. It is above every letter. */
#define LONG_BASE 0x100

/* The option table in the form that getopt_long takes. */
struct getopt_tables {
	struct option options[OPTION_ROWS_MAX + 1];
	char letters[2 * OPTION_ROWS_MAX + 2];
};

static void getopt_tables_fill(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	size_t i;

	memset(tables, 0, sizeof(*tables));
	/* getopt answers "-?" as it does a bad option, so it gets the usage, too. */
	*letter++ = '?';
	for (i = 0; i < option_row_count; i++) {
		tables->options[i] = (struct option){
			.name = option_rows[i].name,
			.has_arg = option_rows[i].argument,
			.val = LONG_BASE + (int)i,
		};
		if (!option_rows[i].letter)
			continue;
		*letter++ = option_rows[i].letter;
		if (option_rows[i].argument == required_argument)
			*letter++ = ':';
	}
}

/* Returns the row for an answer of getopt_long; NULL for '?', an error. */
static const struct option_row *find_row(int answer)
{
	size_t i;

	if (answer >= LONG_BASE)
		return &option_rows[answer - LONG_BASE];
	for (i = 0; i < option_row_count; i++)
		if (option_rows[i].letter && option_rows[i].letter == answer)
			return &option_rows[i];
	return NULL;
}

static int apply(const struct option_row *row, const char *value, struct options *options,
		 struct error *err)
{
	switch (row->effect) {
	case EFFECT_ACTION:
		if (row->action == ACTION_LOAD)
			options->normal_status = true;
		if (options->action != ACTION_STATUS)
			options->action = row->action;
		return value ? option_value_status(value, options, err) : 0;
	case EFFECT_CRASH:
		options->crash = true;
		if (options->action == ACTION_LOAD_AND_SHUTDOWN)
			options->action = ACTION_LOAD;
		return 0;
	case EFFECT_FLAG:
		*(bool *)((char *)options + row->field) = true;
		return 0;
	case EFFECT_TEXT:
		*(const char **)((char *)options + row->field) = value;
		return 0;
	case EFFECT_PARSE:
		return row->parse(value, options, err);
	case EFFECT_NONE:
		return 0;
	case EFFECT_REFUSE:
		break;
	}
	return error_set(err, EINVAL, "--%s is not supported: %s", row->name, row->help);
}

/* Makes --check the action. -l and -p beside it only say which load it is about. */
static int set_check_action(struct options *options, struct error *err)
{
	if (!(action_row(options->action)->flags & ACTION_CHECKABLE))
		return error_set(err, EINVAL,
				 "--check only looks, so it does not go with %s; -l and "
				 "-p may stand beside it to say what would be loaded",
				 action_row(options->action)->form);
	if (options->check_after &&
	    (options->kernel || options->boot_entry || options->crash))
		return error_set(
			err, EINVAL,
			"--check=after looks at the running kernel, so it does not "
			"go with another kernel or -p");
	if (options->dry_run != DRY_RUN_NO || options->dump_image)
		return error_set(err, EINVAL,
				 "--check does not show a load; leave it out to use "
				 "--dry-run or --dump-image");
	if (options->initrd_count && !options->kernel && !options->boot_entry)
		return error_set(err, EINVAL,
				 "--check with --initrd needs a kernel, too");
	options->action = ACTION_CHECK;
	return 0;
}

/* --boot-entry takes KERNEL's place. */
static int require_one_kernel(const struct options *options, struct error *err)
{
	if (!options->boot_entry)
		return 0;
	if (options->kernel)
		return error_set(
			err, EINVAL,
			"--boot-entry and the kernel \"%s\": only one kernel can "
			"be loaded (the ID of an entry must follow =)",
			options->kernel);
	if (action_row(options->action)->use != ACTION_LOADS && !options->check)
		return error_set(err, EINVAL,
				 "--boot-entry names a kernel to load, but %s does not "
				 "load one",
				 action_row(options->action)->form);
	return 0;
}

/* Looks at the command line as a whole. operands: NULL-terminated. */
static int complete(char *const operands[], struct options *options, struct error *err)
{
	int rc;

	options->kernel = operands[0];
	/* The usual cause is an --append text that lacks its quotes. */
	if (action_row(options->action)->use == ACTION_LOADS && operands[0] &&
	    operands[1])
		return error_set(err, EINVAL,
				 "\"%s\" after the kernel \"%s\": only one kernel can "
				 "be loaded (does a text with blanks lack its quotes?)",
				 operands[1], operands[0]);
	/* mem_max is the end behind the last byte; 0 means no limit. */
	if (options->mem_max && options->mem_min >= options->mem_max)
		return error_set(err, EINVAL,
				 "--mem-min=0x%llx is above --mem-max=0x%llx",
				 (unsigned long long)options->mem_min,
				 (unsigned long long)options->mem_max - 1);
	rc = require_one_kernel(options, err);
	return rc || !options->check ? rc : set_check_action(options, err);
}

/* --sysroot says where to look, also behind an action for which parsing ends. */
static void take_sysroot(int argc, char **argv, const struct getopt_tables *tables,
			 struct options *options)
{
	int answer;

	opterr = 0;
	while ((answer = getopt_long(argc, argv, tables->letters, tables->options,
				     NULL)) != -1) {
		const struct option_row *row = find_row(answer);

		if (row && row->effect == EFFECT_TEXT &&
		    row->field == offsetof(struct options, sysroot))
			options->sysroot = optarg;
	}
	opterr = 1;
}

/* getopt has printed a message about word, except for "-?", which gets the usage. */
static int reject(const char *word, struct error *err)
{
	if (strcmp(word, "-?") != 0)
		return option_hint_unknown(word, err);
	error_clear(err);
	return -EINVAL;
}

int options_parse(int argc, char **argv, struct options *options, struct error *err)
{
	struct options parsed = { .action = ACTION_LOAD_AND_SHUTDOWN,
				  .serial_port = 0x3f8 };
	struct getopt_tables tables;
	int answer, rc;

	getopt_tables_fill(&tables);
	optind = 0; /* makes glibc forget an earlier call */
	while ((answer = getopt_long(argc, argv, tables.letters, tables.options, NULL)) !=
	       -1) {
		const struct option_row *row = find_row(answer);

		if (!row)
			return reject(argv[optind - 1], err);
		rc = apply(row, optarg, &parsed, err);
		if (!rc && !optarg)
			rc = option_hint_value(row, argv[optind], err);
		if (rc < 0)
			return rc;
		if (row->effect == EFFECT_ACTION &&
		    action_row(row->action)->flags & ACTION_IMMEDIATE) {
			/* It wins over -S, which goes before all other actions. */
			parsed.action = row->action;
			take_sysroot(argc, argv, &tables, &parsed);
			*options = parsed;
			return 0;
		}
	}
	rc = argc == 2 && optind == 1 ? option_hint_action(argv[1], err) : 0;
	if (!rc)
		rc = complete(argv + optind, &parsed, err);
	if (rc < 0)
		return rc;
	*options = parsed;
	return 0;
}
