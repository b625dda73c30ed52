/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of kexec's options (option_table.c). getopt, --help and the completions are
 * made from it, and a test compares it with the man page.
 */
#ifndef KEXEC_OPTION_TABLE_H
#define KEXEC_OPTION_TABLE_H

#include <stddef.h>

#include "cli/option_values.h"
#include "cli/options.h"

/* An upper limit for the number of rows. */
#define OPTION_ROWS_MAX 80u

/* The metavar of a value that names an image type. */
#define OPTION_METAVAR_TYPE "TYPE"

/* By task. --help has a line for each option of the first groups, else names only. */
enum option_group {
	GROUP_REBOOT,
	GROUP_CRASH,
	GROUP_LOOK,
	GROUP_FILES, /* from here on for experts */
	GROUP_START,
	GROUP_EFI,
	GROUP_VMCORE,
	GROUP_PLACEMENT,
	GROUP_CONSOLE,
	GROUP_NO_EFFECT,
	GROUP_REFUSED, /* options of kexec-tools that are errors */
	GROUP_COUNT,
};

enum option_effect {
	EFFECT_ACTION, /* sets the action; the last one wins */
	EFFECT_CRASH,  /* -p: makes the action a load if no other action is given */
	EFFECT_FLAG,   /* sets a bool of struct options */
	EFFECT_TEXT,   /* sets a text of struct options; the last one wins */
	EFFECT_PARSE,  /* calls a parser for its value */
	EFFECT_NONE,   /* accepted and ignored */
	EFFECT_REFUSE, /* an error, although kexec-tools has it: help is the reason */
};

struct option_row {
	const char *name;
	char letter;	     /* 0 without a short form */
	int argument;	     /* no_argument, required_argument or optional_argument */
	const char *metavar; /* name of the value in --help; NULL without a value */
	const char *help;
	enum option_group group;
	enum option_effect effect;
	union { /* by effect; unused for the others */
		enum action action;
		size_t field; /* offset of the bool or text in struct options */
		option_value_parser *parse;
	};
};

/* The rows, in the order of --help within each group. */
extern const struct option_row option_rows[];
extern const size_t option_row_count;

#endif
