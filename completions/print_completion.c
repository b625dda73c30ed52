// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the completion of kexec's command line for a shell: "bash", "zsh" or "fish".
 * "options" prints the option table itself, for tests: name, letter, kind of value, name
 * of the value and state, with "-" for what is missing.
 */
#include "completion.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const image_types[] = {
#define IMAGE_TYPE(name, ...) name,
#include "load/image_type_rows.h"
};

/* By the metavar of --help. */
static const struct {
	const char *metavar;
	enum offer_kind kind;
	const char *words;
} offers[] = {
	{ "FILE", OFFER_FILE, NULL },
	{ "\"FILE TEXT\"", OFFER_FILE, NULL },
	{ "DIR", OFFER_DIRECTORY, NULL },
	{ "DIR|FILE", OFFER_FILE, NULL },
	{ "DIR|FILE.tar.gz", OFFER_FILE, NULL },
	{ "PORT", OFFER_WORDS, "ttyS0 ttyS1 ttyS2 ttyS3" },
	{ "SPEED", OFFER_WORDS, "9600 19200 38400 57600 115200" },
	{ "TEXT", OFFER_NOTHING, NULL },
	{ "ADDRESS", OFFER_NOTHING, NULL },
	{ "NUMBER", OFFER_NOTHING, NULL },
	{ "SECONDS", OFFER_NOTHING, NULL },
	{ "PROFILE", OFFER_NOTHING, NULL },
	{ "ENTRY", OFFER_ENTRY, NULL },
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "print_completion: %s %s\n", what, why);
	exit(1);
}

static void add_word(struct offer *offer, const char *word)
{
	size_t used = strlen(offer->words);
	int length = snprintf(offer->words + used, sizeof(offer->words) - used, "%s%s",
			      used ? " " : "", word);

	if (length < 0 || (size_t)length >= sizeof(offer->words) - used)
		fail(word, "exceeds OFFER_WORDS_BYTES");
}

void offer_of(const struct option_row *row, struct offer *offer)
{
	size_t i;
	char *bar;

	*offer = (struct offer){ .kind = OFFER_WORDS };
	for (i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		if (strcmp(offers[i].metavar, row->metavar))
			continue;
		offer->kind = offers[i].kind;
		if (offers[i].words)
			add_word(offer, offers[i].words);
		return;
	}
	if (!strcmp(row->metavar, OPTION_METAVAR_TYPE)) {
		for (i = 0; i < sizeof(image_types) / sizeof(image_types[0]); i++)
			add_word(offer, image_types[i]);
		return;
	}
	/* A metavar in lower case is a list of the values themselves: "text|json". */
	if (!islower((unsigned char)row->metavar[0]))
		fail(row->metavar, "lacks a row of offers[]");
	add_word(offer, row->metavar);
	while ((bar = strchr(offer->words, '|')))
		*bar = ' ';
}

bool is_offered(const struct option_row *row)
{
	return row->group != GROUP_REFUSED;
}

static void print_options(void)
{
	static const char *const kinds[] = {
		[no_argument] = "none",
		[required_argument] = "required",
		[optional_argument] = "optional",
	};
	size_t i;

	for (i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		printf("%s\t%c\t%s\t%s\t%s\n", row->name, row->letter ? row->letter : '-',
		       kinds[row->argument], row->metavar ? row->metavar : "-",
		       is_offered(row) ? "accepted" : "refused");
	}
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "bash"))
		print_bash();
	else if (!strcmp(what, "zsh"))
		print_zsh();
	else if (!strcmp(what, "fish"))
		print_fish();
	else if (!strcmp(what, "options"))
		print_options();
	else
		fail("usage:", "print_completion bash | zsh | fish | options");
	return fflush(stdout) || ferror(stdout);
}
