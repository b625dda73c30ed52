// SPDX-License-Identifier: GPL-2.0-only
/* Prints the completion for zsh, a function for its completion system (compinit). */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "completion.h"

/* Prints a text inside quotes, inside the brackets or between the colons of a spec. */
static void print_quoted(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (strchr("\\[]:", *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

/* ":NAME:ACTION", with two colons in front if the value may be missing. */
static void print_value(const struct option_row *row)
{
	struct offer offer;

	offer_of(row, &offer);
	fputs(row->argument == optional_argument ? "::" : ":", stdout);
	print_quoted(row->metavar);
	putchar(':');
	switch (offer.kind) {
	case OFFER_NOTHING:
		putchar(' ');
		break;
	case OFFER_FILE:
		fputs("_files", stdout);
		break;
	case OFFER_DIRECTORY:
		fputs("_files -/", stdout);
		break;
	case OFFER_ENTRY:
		fputs("_kexec_entries", stdout);
		break;
	case OFFER_WORDS:
		printf("(%s)", offer.words);
		break;
	}
}

/* Ends a spec: the help text, and the value if the option has one. */
static void print_rest(const struct option_row *row, bool value)
{
	putchar('[');
	print_quoted(row->help);
	putchar(']');
	if (value)
		print_value(row);
	puts("' \\");
}

/*
 * One spec of _arguments: "*" because an option may be repeated. "+" and "=": the value
 * may follow at once, or is the next word. "=-": it follows "=" or is missing, and the
 * letter of such an option has no value.
 */
static void print_option(const struct option_row *row)
{
	bool required = row->argument == required_argument;

	if (row->argument == optional_argument) {
		if (row->letter) {
			printf("\t\t'*-%c", row->letter);
			print_rest(row, false);
		}
		printf("\t\t'*--%s=-", row->name);
	} else if (row->letter) {
		printf("\t\t'*'{-%c%s,--%s%s}'", row->letter, required ? "+" : "",
		       row->name, required ? "=" : "");
	} else {
		printf("\t\t'*--%s%s", row->name, required ? "=" : "");
	}
	print_rest(row, row->metavar);
}

void print_zsh(void)
{
	size_t i;

	puts("#compdef kexec\n"
	     "# zsh completion for kexec(8), generated from its option table.\n"
	     "\n"
	     "_kexec_entries() {\n"
	     "\tlocal -a ids\n"
	     "\tids=(${(f)\"$(" ENTRY_IDS ")\"})\n"
	     "\t_wanted entries expl 'boot entry' compadd -a ids\n"
	     "}\n"
	     "\n"
	     "_kexec() {\n"
	     "\tlocal expl\n"
	     "\t_arguments -s -S \\");
	for (i = 0; i < option_row_count; i++)
		if (is_offered(&option_rows[i]))
			print_option(&option_rows[i]);
	puts("\t\t'*:kernel:_files'\n"
	     "}\n"
	     "\n"
	     "_kexec \"$@\"");
}
