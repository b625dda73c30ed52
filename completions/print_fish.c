// SPDX-License-Identifier: GPL-2.0-only
/* Prints the completion for fish. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "completion.h"

static void print_quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (strchr("'\\", *text))
			putchar('\\');
		putchar(*text);
	}
	putchar('\'');
}

/*
 * -r: the value may be the next word; without -r, it follows "=" or is missing. -f: offer
 * no files. -a: offer these words.
 */
static void print_value(const struct option_row *row)
{
	struct offer offer;

	offer_of(row, &offer);
	if (row->argument == required_argument)
		fputs(" -r", stdout);
	fputs(offer.kind == OFFER_FILE ? " -F" : " -f", stdout);
	switch (offer.kind) {
	case OFFER_NOTHING:
	case OFFER_FILE:
		break;
	case OFFER_DIRECTORY:
		fputs(" -a '(__kexec_directories)'", stdout);
		break;
	case OFFER_ENTRY:
		fputs(" -a '(__kexec_entries)'", stdout);
		break;
	case OFFER_WORDS:
		printf(" -a '%s'", offer.words);
		break;
	}
}

static void print_option(const struct option_row *row)
{
	fputs("complete -c kexec", stdout);
	if (row->letter)
		printf(" -s %c", row->letter);
	printf(" -l %s", row->name);
	if (row->metavar)
		print_value(row);
	fputs(" -d ", stdout);
	print_quoted(row->help);
	putchar('\n');
}

void print_fish(void)
{
	size_t i;

	puts("# fish completion for kexec(8), generated from its option table.\n"
	     "\n"
	     "function __kexec_entries\n"
	     "\t" ENTRY_IDS "\n"
	     "end\n"
	     "\n"
	     "# fish's own function keeps the --name= in front of the directory.\n"
	     "function __kexec_directories\n"
	     "\t__fish_complete_directories "
	     "(commandline -ct | string replace -r '^--[^=]*=' '')\n"
	     "end\n");
	for (i = 0; i < option_row_count; i++)
		if (is_offered(&option_rows[i]))
			print_option(&option_rows[i]);
}
