/* SPDX-License-Identifier: GPL-2.0-only */
/* Guesses at the meaning of a command line that is wrong, from the option table. */
#ifndef KEXEC_OPTION_HINTS_H
#define KEXEC_OPTION_HINTS_H

#include "cli/option_table.h"
#include "util/error.h"

/*
 * Says how to get help after getopt has rejected word, and which option is nearest to it
 * if one is near. Always returns -EINVAL.
 */
int option_hint_unknown(const char *word, struct error *err);

/*
 * Refuses word, which follows the option of row without "=", if it is one of the values
 * that the option takes. word may be NULL. Returns 0 or -EINVAL.
 */
__must_check int option_hint_value(const struct option_row *row, const char *word,
				   struct error *err);

/*
 * Refuses word, the whole command line, if it names an action and is not a file. Returns
 * 0 or -EINVAL.
 */
__must_check int option_hint_action(const char *word, struct error *err);

#endif
