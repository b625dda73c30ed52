/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of kexec's options. getopt, --help, the shell completion and the check of the
 * man page all come from it.
 */
#ifndef KEXEC_OPTION_TABLE_H
#define KEXEC_OPTION_TABLE_H

#include <stddef.h>

#include "cli/option_values.h"
#include "cli/options.h"

/* At least as many as there are rows. */
#define OPTION_ROWS_MAX 80u

/* The metavar of a value that names an image type. */
#define OPTION_METAVAR_TYPE "TYPE"

enum option_group {
	GROUP_ACTION,
	GROUP_IMAGE,
	GROUP_OTHER_KINDS,
	GROUP_CRASH,
	GROUP_EFI,
	GROUP_PLACEMENT,
	GROUP_CONSOLE,
	GROUP_INSPECT,
	GROUP_NO_EFFECT,
	GROUP_HIDDEN, /* refused; the last one */
};

enum option_effect {
	EFFECT_ACTION, /* the action; the last one wins */
	EFFECT_CRASH,  /* -p: a load, unless another action is given anywhere */
	EFFECT_FLAG,   /* sets a bool of struct options */
	EFFECT_TEXT,   /* keeps its value; the last one counts */
	EFFECT_PARSE,  /* checks and converts its value */
	EFFECT_NONE,   /* takes its place on the command line, no more */
	EFFECT_REFUSE, /* kexec-tools has it, here it cannot be: help is the reason */
};

struct option_row {
	const char *name;
	char letter;	     /* 0 without a short form */
	int argument;	     /* as in struct option of getopt_long */
	const char *metavar; /* what --help calls the value */
	const char *help;
	enum option_group group;
	enum option_effect effect;
	union { /* by effect */
		enum action action;
		size_t field; /* offset of the bool or const char * in struct options */
		option_value_parser *parse;
	};
};

/* The rows, in the order of --help within each group. */
extern const struct option_row option_rows[];
extern const size_t option_row_count;

#endif
