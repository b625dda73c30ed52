// SPDX-License-Identifier: GPL-2.0-only
/* Prints the bash completion of kexec's command line, made from the option table. */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/option_table.h"

static const char *const image_types[] = {
#define IMAGE_TYPE(name, ...) name,
#include "load/image_type_rows.h"
};

/* The bash command that offers values, by the metavar of --help; NULL offers nothing. */
static const struct {
	const char *metavar;
	const char *command;
} offers[] = {
	{ "FILE", "_kexec_paths -f" },
	{ "\"FILE TEXT\"", "_kexec_paths -f" },
	{ "DIR", "_kexec_paths -d" },
	{ "PORT", "_kexec_words 'ttyS0 ttyS1 ttyS2 ttyS3'" },
	{ "SPEED", "_kexec_words '9600 19200 38400 57600 115200'" },
	{ "TEXT", NULL },
	{ "ADDRESS", NULL },
	{ "NUMBER", NULL },
	{ "SECONDS", NULL },
	{ "PROFILE", NULL },
	{ "ENTRY", "_kexec_entries" },
};

static void print_types(void)
{
	size_t i;

	fputs("_kexec_words '", stdout);
	for (i = 0; i < sizeof(image_types) / sizeof(image_types[0]); i++)
		printf("%s%s", i ? " " : "", image_types[i]);
	putchar('\'');
}

/* A metavar in lower case is a list of the values themselves: "text|json". */
static void print_words(const char *metavar)
{
	fputs("_kexec_words '", stdout);
	for (; *metavar; metavar++)
		putchar(*metavar == '|' ? ' ' : *metavar);
	putchar('\'');
}

/* Returns 0, or -1 with a message for a metavar that is not in the table. */
static int print_offer(const char *metavar)
{
	size_t i;

	for (i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		if (strcmp(offers[i].metavar, metavar))
			continue;
		fputs(offers[i].command ? offers[i].command : ":", stdout);
		return 0;
	}
	if (!strcmp(metavar, OPTION_METAVAR_TYPE)) {
		print_types();
		return 0;
	}
	if (!islower((unsigned char)metavar[0])) {
		fprintf(stderr, "print_completion: %s lacks a row of offers[]\n",
			metavar);
		return -1;
	}
	print_words(metavar);
	return 0;
}

/* Prints the cases of "case $option in" that complete values. */
static int print_values(void)
{
	size_t i;

	for (i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (row->group == GROUP_HIDDEN || !row->metavar)
			continue;
		printf("\t--%s", row->name);
		if (row->letter)
			printf(" | -%c", row->letter);
		fputs(") ", stdout);
		if (print_offer(row->metavar) < 0)
			return -1;
		puts(" ;;");
	}
	return 0;
}

/* Prints the options, or only those whose value may be the next word. */
static void print_names(int values_only)
{
	const char *before = "";
	size_t i;

	for (i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		int required = row->argument == required_argument;

		if (row->group == GROUP_HIDDEN || (values_only && !required))
			continue;
		if (row->letter)
			printf("%s-%c", before, row->letter);
		if (row->letter)
			before = values_only ? " | " : " ";
		printf("%s--%s%s", before, row->name,
		       required && !values_only ? "=" : "");
		before = values_only ? " | " : " ";
	}
}

static const char helpers[] =
	"# bash completion for kexec(8), generated from its option table.\n"
	"\n"
	"_kexec_words() {\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
	"}\n"
	"\n"
	"_kexec_paths() {\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
	"}\n"
	"\n"
	"# The IDs of entries, which may have blanks; a > in them must be quoted.\n"
	"_kexec_entries() {\n"
	"\tmapfile -t COMPREPLY < <(kexec --list-entries=json 2>/dev/null |\n"
	"\t\tsed -n 's/^ *\"id\": *\"\\(.*\\)\",$/\\1/p' |\n"
	"\t\twhile IFS= read -r id; do\n"
	"\t\t\t[[ $id != \"$cur\"* ]] || printf '%q\\n' \"$id\"\n"
	"\t\tdone)\n"
	"}\n"
	"\n"
	"_kexec() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} option='' before=''\n"
	"\tCOMPREPLY=()\n"
	"\t# Readline makes three words of --name=value, unless = is not a separator.\n"
	"\tif [[ $cur == --*=* ]]; then\n"
	"\t\toption=${cur%%=*} cur=${cur#*=} before=$option=\n"
	"\telif [[ $cur == = ]]; then\n"
	"\t\toption=${COMP_WORDS[COMP_CWORD - 1]} cur=\n"
	"\telif ((COMP_CWORD > 2)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then\n"
	"\t\toption=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\telse\n"
	"\t\tcase ${COMP_WORDS[COMP_CWORD - 1]} in\n"
	"\t\t";

int main(void)
{
	fputs(helpers, stdout);
	print_names(1);
	puts(") option=${COMP_WORDS[COMP_CWORD - 1]} ;;\n\t\tesac\n\tfi\n\tcase $option in");
	if (print_values() < 0)
		return 1;
	fputs("\t'')\n"
	      "\t\tif [[ $cur == -* ]]; then\n"
	      "\t\t\t_kexec_words '",
	      stdout);
	print_names(0);
	puts("'\n"
	     "\t\t\t[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
	     "\t\telse\n"
	     "\t\t\t_kexec_paths -f\n"
	     "\t\tfi\n"
	     "\t\t;;\n"
	     "\tesac\n"
	     "\tCOMPREPLY=(\"${COMPREPLY[@]/#/$before}\")\n"
	     "}\n"
	     "\n"
	     "complete -F _kexec kexec");
	return fflush(stdout) || ferror(stdout);
}
