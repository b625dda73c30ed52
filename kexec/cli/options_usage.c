// SPDX-License-Identifier: GPL-2.0-only
/* Prints --help from the option table. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/option_table.h"

static const char *const group_titles[GROUP_COUNT] = {
	[GROUP_REBOOT] = "Reboot",
	[GROUP_CRASH] = "Save a dump after a crash",
	[GROUP_LOOK] = "Look, without loading or starting anything",
	/* Lists of names. */
	[GROUP_FILES] = "kernel file",
	[GROUP_START] = "start, entry",
	[GROUP_EFI] = "EFI tables",
	[GROUP_VMCORE] = "vmcore (-p)",
	[GROUP_PLACEMENT] = "placement",
	[GROUP_CONSOLE] = "messages",
	[GROUP_NO_EFFECT] = "no effect",
	[GROUP_REFUSED] = "refused",
};

/* The columns of a terminal, and those in front of a help text or of a list. */
#define LINE_COLUMNS 80
#define HELP_COLUMN  32
#define LIST_COLUMN  15

/* A list that goes on in the next line where the terminal ends. */
struct list {
	FILE *stream;
	size_t column;
};

/* Sets form to "--load", "--append=TEXT" or "--dry-run[=text|json|svg]". */
static void format_option(const struct option_row *row, char *form, size_t size)
{
	const char *before = row->argument == optional_argument ? "[=" : "=";
	const char *after = row->argument == optional_argument ? "]" : "";

	if (row->metavar)
		snprintf(form, size, "--%s%s%s%s", row->name, before, row->metavar,
			 after);
	else
		snprintf(form, size, "--%s", row->name);
}

/* "  -l, --load                  " and the help text */
static void print_option(FILE *stream, const struct option_row *row)
{
	char form[64];

	format_option(row, form, sizeof(form));
	if (row->letter)
		fprintf(stream, "  -%c, ", row->letter);
	else
		fputs("      ", stream);
	/* A form that does not fit in front of the help gets a line of its own. */
	if (strlen(form) > 25)
		fprintf(stream, "%s\n%*s%s\n", form, HELP_COLUMN, "", row->help);
	else
		fprintf(stream, "%-26s%s\n", form, row->help);
}

static void begin_list(struct list *list, FILE *stream, const char *title)
{
	int length = fprintf(stream, "  %s:", title);

	list->stream = stream;
	list->column = LIST_COLUMN;
	fprintf(stream, "%*s", LIST_COLUMN - length, "");
}

static void add_to_list(struct list *list, const char *item, bool last)
{
	/* For the blank in front and the comma behind. */
	size_t columns = strlen(item) + 1 + (last ? 0 : 1);

	if (list->column + columns > LINE_COLUMNS) {
		fprintf(list->stream, "\n%*s", LIST_COLUMN, "");
		list->column = LIST_COLUMN;
	}
	fprintf(list->stream, " %s%s", item, last ? "\n" : ",");
	list->column += columns;
}

/* Returns the row of the group at or behind index; option_row_count if it has none. */
static size_t next_of_group(enum option_group group, size_t index)
{
	while (index < option_row_count && option_rows[index].group != group)
		index++;
	return index;
}

/* "  placement:   --mem-min=ADDRESS, …"; letters follow in brackets. */
static void print_names(FILE *stream, enum option_group group)
{
	size_t i = next_of_group(group, 0), next;
	struct list list;

	begin_list(&list, stream, group_titles[group]);
	for (; i < option_row_count; i = next) {
		const struct option_row *row = &option_rows[i];
		char form[64], item[80];

		next = next_of_group(group, i + 1);
		format_option(row, form, sizeof(form));
		if (row->letter)
			snprintf(item, sizeof(item), "%s (-%c)", form, row->letter);
		else
			snprintf(item, sizeof(item), "%s", form);
		add_to_list(&list, item, next == option_row_count);
	}
}

static void print_types(FILE *stream, option_type_name *type_name)
{
	const char *name;
	struct list list;
	size_t i;

	begin_list(&list, stream, OPTION_METAVAR_TYPE);
	for (i = 0; (name = type_name(i)); i++)
		add_to_list(&list, name, !type_name(i + 1));
}

void options_print_usage(FILE *stream, option_type_name *type_name)
{
	enum option_group group;
	size_t i;

	fputs("Usage: kexec [OPTION]... KERNEL\n"
	      "       kexec -e | -u | -S | -p -u | -p -S [OPTION]...\n"
	      "       kexec --check[=after] [OPTION]... [KERNEL]\n"
	      "\n"
	      "Starts a kernel from the running one, without the firmware. Understands the\n"
	      "options of kexec-tools " OPTIONS_COMPATIBLE_VERSION
	      ". Without an action: load, then shutdown -r now.\n",
	      stream);
	for (group = 0; group < GROUP_FILES; group++) {
		fprintf(stream, "\n%s:\n", group_titles[group]);
		for (i = 0; i < option_row_count; i++)
			if (option_rows[i].group == group)
				print_option(stream, &option_rows[i]);
	}
	fputs("\nFor experts; kexec(8) explains each option:\n", stream);
	for (; group < GROUP_COUNT; group++) {
		print_names(stream, group);
		if (group == GROUP_FILES)
			print_types(stream, type_name);
	}
}
