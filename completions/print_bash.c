// SPDX-License-Identifier: GPL-2.0-only
/* Prints the completion for bash. */
#include <getopt.h>
#include <stdio.h>

#include "completion.h"

static void print_offer(const struct option_row *row)
{
	struct offer offer;

	offer_of(row, &offer);
	switch (offer.kind) {
	case OFFER_NOTHING:
		putchar(':');
		break;
	case OFFER_FILE:
		fputs("_kexec_paths -f", stdout);
		break;
	case OFFER_DIRECTORY:
		fputs("_kexec_paths -d", stdout);
		break;
	case OFFER_ENTRY:
		fputs("_kexec_entries", stdout);
		break;
	case OFFER_WORDS:
		printf("_kexec_words '%s'", offer.words);
		break;
	}
}

/* Prints the cases of "case $option in" that complete values. */
static void print_values(void)
{
	size_t i;

	for (i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (!is_offered(row) || !row->metavar)
			continue;
		printf("\t--%s", row->name);
		if (row->letter)
			printf(" | -%c", row->letter);
		fputs(") ", stdout);
		print_offer(row);
		puts(" ;;");
	}
}

/* Prints the options, or only those whose value may be the next word. */
static void print_names(bool values_only)
{
	const char *before = "";
	size_t i;

	for (i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		bool required = row->argument == required_argument;

		if (!is_offered(row) || (values_only && !required))
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
	"\tmapfile -t COMPREPLY < <(" ENTRY_IDS " |\n"
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

void print_bash(void)
{
	fputs(helpers, stdout);
	print_names(true);
	puts(") option=${COMP_WORDS[COMP_CWORD - 1]} ;;\n\t\tesac\n\tfi\n\tcase $option in");
	print_values();
	fputs("\t'')\n"
	      "\t\tif [[ $cur == -* ]]; then\n"
	      "\t\t\t_kexec_words '",
	      stdout);
	print_names(false);
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
}
