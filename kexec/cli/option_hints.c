// SPDX-License-Identifier: GPL-2.0-only
/* Guesses at the meaning of a command line that is wrong, from the option table. */
#include "cli/option_hints.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "util/strings.h"

/* Longer words are not compared. Every option's name is shorter. */
#define WORD_MAX 32u

/*
 * Returns the cost of changing word, of length bytes, into name. An added letter costs 1,
 * because abbreviations are common; a dropped letter costs 2, a changed one 3.
 */
static size_t cost_of_change(const char *word, size_t length, const char *name)
{
	size_t costs[WORD_MAX + 1]; /* of changing the first i letters */
	size_t i, j;

	for (i = 0; i <= length; i++)
		costs[i] = 2 * i;
	for (j = 0; name[j]; j++) {
		size_t diagonal = costs[0];

		costs[0] = j + 1;
		for (i = 1; i <= length; i++) {
			size_t best = diagonal + (word[i - 1] == name[j] ? 0 : 3);

			diagonal = costs[i];
			if (costs[i] + 1 < best)
				best = costs[i] + 1;
			if (costs[i - 1] + 2 < best)
				best = costs[i - 1] + 2;
			costs[i] = best;
		}
	}
	return costs[length];
}

/* Returns the name nearest to word; NULL if none is near, or word begins a name. */
static const char *nearest_name(const char *word, size_t length)
{
	const char *nearest = NULL;
	size_t best = length, i;

	if (length > WORD_MAX)
		return NULL;
	for (i = 0; i < option_row_count; i++) {
		const char *name = option_rows[i].name;
		size_t cost;

		if (!strncmp(name, word, length))
			return NULL;
		cost = cost_of_change(word, length, name);
		if (option_rows[i].group != GROUP_REFUSED && cost < best) {
			best = cost;
			nearest = name;
		}
	}
	return nearest;
}

int option_hint_unknown(const char *word, struct error *err)
{
	const char *name = NULL;

	if (starts_with(word, "--"))
		name = nearest_name(word + 2, strcspn(word + 2, "="));
	if (name)
		return error_set(err, EINVAL,
				 "did you mean --%s? \"kexec --help\" lists the options",
				 name);
	return error_set(err, EINVAL, "\"kexec --help\" lists the options");
}

/* Returns true if word is one of values, which are joined by "|". */
static bool is_among(const char *word, const char *values)
{
	size_t length = strlen(word);

	while (values) {
		if (strcspn(values, "|") == length && !strncmp(values, word, length))
			return true;
		values = strchr(values, '|');
		values += values ? 1 : 0;
	}
	return false;
}

int option_hint_value(const struct option_row *row, const char *word, struct error *err)
{
	if (!word || row->argument != optional_argument || !is_among(word, row->metavar))
		return 0;
	return error_set(err, EINVAL,
			 "\"--%s %s\": did you mean --%s=%s? (write a file of that name "
			 "as ./%s)",
			 row->name, word, row->name, word, word);
}

int option_hint_action(const char *word, struct error *err)
{
	size_t i;

	for (i = 0; i < option_row_count; i++)
		if (option_rows[i].effect == EFFECT_ACTION &&
		    !strcmp(option_rows[i].name, word) && access(word, F_OK) < 0)
			return error_set(err, EINVAL,
					 "\"%s\" is not a file; did you mean kexec --%s?",
					 word, word);
	return 0;
}
