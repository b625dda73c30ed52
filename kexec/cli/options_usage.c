// SPDX-License-Identifier: GPL-2.0-only
/* Prints --help from the option table. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/option_table.h"

static const char *const group_titles[GROUP_HIDDEN] = {
	[GROUP_ACTION] = "What to do",
	[GROUP_IMAGE] = "What to load",
	[GROUP_OTHER_KINDS] = "Kernels other than Linux bzImages, and other entries",
	[GROUP_CRASH] = "Crash kernels (-p)",
	[GROUP_EFI] = "EFI",
	[GROUP_PLACEMENT] = "Where to place it",
	[GROUP_CONSOLE] = "Messages between the kernels",
	[GROUP_INSPECT] = "Looking without touching",
	[GROUP_NO_EFFECT] = "Accepted for compatibility, without effect",
};

/* The columns of a terminal, and those in front of the help text. */
#define LINE_COLUMNS 80
#define HELP_COLUMN  32

/* "-l, --load", "    --append=TEXT", "    --dry-run[=text|json]" */
static void print_option(FILE *stream, const struct option_row *row)
{
	char form[64];
	const char *before = row->argument == optional_argument ? "[=" : "=";
	const char *after = row->argument == optional_argument ? "]" : "";
	int length;

	if (!row->metavar)
		before = "";
	length = snprintf(form, sizeof(form), "--%s%s%s%s", row->name, before,
			  row->metavar ? row->metavar : "", after);
	if (row->letter)
		fprintf(stream, "  -%c, ", row->letter);
	else
		fputs("      ", stream);
	/* A form that does not fit in front of the help gets a line of its own. */
	if (length > 24)
		fprintf(stream, "%s\n%*s%s\n", form, HELP_COLUMN, "", row->help);
	else
		fprintf(stream, "%-26s%s\n", form, row->help);
}

/* Prints the names below the help text, with commas between them. */
static void print_types(FILE *stream, option_type_name *type_name)
{
	size_t column = LINE_COLUMNS, i;
	const char *name;

	for (i = 0; (name = type_name(i)); i++) {
		/* Two columns more for the blank in front and the comma behind. */
		if (column + strlen(name) + 2 > LINE_COLUMNS) {
			fprintf(stream, "%s%*s", i ? "\n" : "", HELP_COLUMN - 1, "");
			column = HELP_COLUMN - 1;
		}
		column += (size_t)fprintf(stream, " %s%s", name,
					  type_name(i + 1) ? "," : "");
	}
	fputc('\n', stream);
}

void options_print_usage(FILE *stream, option_type_name *type_name)
{
	size_t group, i;

	fputs("Usage: kexec [OPTION]... KERNEL\n"
	      "       kexec -e | -u | -S | -p -u | -p -S [OPTION]...\n"
	      "       kexec --check[=after] [OPTION]... [KERNEL]\n"
	      "\n"
	      "Loads a kernel from the running one and starts it without the firmware.\n"
	      "Without an action, loads KERNEL and runs shutdown -r now.\n",
	      stream);
	for (group = 0; group < GROUP_HIDDEN; group++) {
		fprintf(stream, "\n%s:\n", group_titles[group]);
		for (i = 0; i < option_row_count; i++) {
			if (option_rows[i].group != group)
				continue;
			print_option(stream, &option_rows[i]);
			if (option_rows[i].metavar &&
			    !strcmp(option_rows[i].metavar, OPTION_METAVAR_TYPE))
				print_types(stream, type_name);
		}
	}
}
