// SPDX-License-Identifier: GPL-2.0-only
/* Prints the completion of kexec's command line for bash, out of the option table. */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/option_table.h"

/* What bash offers for a value, by what --help calls it; NULL: nothing. */
static const struct {
	const char *metavar;
	const char *command;
} offers[] = {
	{ "FILE", "_kexec_paths -f" },
	{ "\"FILE TEXT\"", "_kexec_paths -f" },
	{ "DIR", "_kexec_paths -d" },
	{ "PORT", "_kexec_words 'ttyS0 ttyS1 ttyS2 ttyS3'" },
	{ "SPEED", "_kexec_words '9600 19200 38400 57600 115200'" },
	{ "TYPE", "_kexec_words 'multiboot2-x86 elf-x86_64 multiboot-x86 elf-x86 "
		  "bzImage64 bzImage'" },
	{ "TEXT", NULL },
	{ "ADDRESS", NULL },
};

/* A value that --help writes in small letters stands for itself: "text|json". */
static void print_words(const char *metavar)
{
	fputs("_kexec_words '", stdout);
	for (; *metavar; metavar++)
		putchar(*metavar == '|' ? ' ' : *metavar);
	putchar('\'');
}

/* Returns 0, or -1 if nobody has decided yet what to offer for this value. */
static int print_offer(const char *metavar)
{
	size_t i;

	for (i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		if (strcmp(offers[i].metavar, metavar))
			continue;
		fputs(offers[i].command ? offers[i].command : ":", stdout);
		return 0;
	}
	if (!islower((unsigned char)metavar[0])) {
		fprintf(stderr, "print_completion: what to offer for %s?\n", metavar);
		return -1;
	}
	print_words(metavar);
	return 0;
}

/* The cases of "case $option in" that complete values. */
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

/* Names of the options, or of those only whose value may be the next word. */
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
	"# bash completion for kexec(8), made from its option table.\n"
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
	"_kexec() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} option='' before=''\n"
	"\tCOMPREPLY=()\n"
	"\t# Readline makes three words of --name=value, unless = is no separator.\n"
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
