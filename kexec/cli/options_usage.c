// SPDX-License-Identifier: GPL-2.0-only
/* --help, out of the option table. */
#include <getopt.h>
#include <stdio.h>

#include "cli/option_table.h"

static const char *const group_titles[GROUP_HIDDEN] = {
	[GROUP_ACTION] = "What to do",
	[GROUP_IMAGE] = "What to load",
	[GROUP_OTHER_KINDS] = "Kernels other than Linux bzImages, and other entries",
	[GROUP_CRASH] = "Crash images (-p)",
	[GROUP_EFI] = "EFI",
	[GROUP_PLACEMENT] = "Where to place it",
	[GROUP_CONSOLE] = "Messages between the kernels",
	[GROUP_INSPECT] = "Looking without touching",
	[GROUP_NO_EFFECT] = "Accepted for callers' sake, without effect",
};

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
	/* A form that reaches into the help's column gets a line of its own. */
	if (length > 24)
		fprintf(stream, "%s\n%32s%s\n", form, "", row->help);
	else
		fprintf(stream, "%-26s%s\n", form, row->help);
}

void options_print_usage(FILE *stream)
{
	size_t group, i;

	fputs("Usage: kexec [OPTION]... KERNEL\n"
	      "       kexec -e | -u | -S | -p -u | -p -S [OPTION]...\n"
	      "       kexec --check[=after] [OPTION]... [KERNEL]\n"
	      "\n"
	      "Loads a kernel from the running one and starts it without the firmware.\n"
	      "Without an action, KERNEL is loaded and shutdown -r now is run.\n",
	      stream);
	for (group = 0; group < GROUP_HIDDEN; group++) {
		fprintf(stream, "\n%s:\n", group_titles[group]);
		for (i = 0; i < option_row_count; i++)
			if (option_rows[i].group == group)
				print_option(stream, &option_rows[i]);
	}
}
