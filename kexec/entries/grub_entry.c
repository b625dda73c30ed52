// SPDX-License-Identifier: GPL-2.0-only
/* The commands that say what an entry starts, and those that make entries. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/boot_file.h"
#include "entries/grub_commands.h"

/*
 * GRUB puts words with blanks into double quotes, and a backslash before quotes and
 * backslashes, so that Linux gets them as they were.
 */
static void print_argument(FILE *stream, const char *word)
{
	const char *quotes = strchr(word, ' ') ? "\"" : "";

	fputs(quotes, stream);
	for (; *word; word++) {
		if (strchr("\\'\"", *word))
			fputc('\\', stream);
		fputc(*word, stream);
	}
	fputs(quotes, stream);
}

/* Joins the words from first on to a command line; NULL without memory. */
static char *join(const struct grub_call *call, size_t first)
{
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (i = first; i < call->argc; i++) {
		if (i > first)
			fputc(' ', stream);
		print_argument(stream, call->argv[i]);
	}
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

int grub_do_linux(struct grub_context *context, const struct grub_call *call,
		  struct error *err)
{
	struct boot_entry *entry = context->entry;
	_cleanup_free_ char *options = join(call, 2);
	int rc;

	if (!options)
		return error_no_memory(err);
	if (!entry || call->argc < 2)
		return 0;
	if (call->words->unknown)
		rc = boot_entry_refuse(entry, err,
				       "only GRUB can evaluate the variable $%s in the "
				       "line \"%s %s …\"",
				       call->words->unknown, call->argv[0],
				       call->argv[1]);
	else if (strchr(options, GRUB_DEVICE_MARK))
		rc = boot_entry_refuse(entry, err,
				       "its command line names a device as only GRUB "
				       "does");
	else
		rc = 0;
	string_list_clear(&context->initrds);
	free(entry->options);
	entry->options = take_pointer(options);
	return rc ? rc : boot_text_set(&context->kernel, err, "%s", call->argv[1]);
}

int grub_do_initrd(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	struct boot_entry *entry = context->entry;
	size_t i;

	if (!entry)
		return 0;
	if (call->words->unknown)
		return boot_entry_refuse(entry, err,
					 "only GRUB can evaluate the variable $%s in its "
					 "%s line",
					 call->words->unknown, call->argv[0]);
	string_list_clear(&context->initrds);
	for (i = 1; i < call->argc; i++) {
		if (starts_with(call->argv[i], "newc:"))
			return boot_entry_refuse(entry, err,
						 "GRUB makes its initrd itself (%s)",
						 call->argv[i]);
		if (string_list_add(&context->initrds, "%s", call->argv[i]) < 0)
			return error_no_memory(err);
	}
	return 0;
}

/* The commands that start something other than Linux, and what that is. */
int grub_do_refuse(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	static const struct {
		const char *command, *what;
	} others[] = {
		{ "chainloader", "another boot loader or EFI program" },
		{ "multiboot", "a multiboot kernel; see --module" },
		{ "multiboot2", "a multiboot kernel, such as Xen; see --module" },
		{ "xen_hypervisor", "Xen; see --module" },
		{ "fwsetup", "the firmware's setup" },
		{ "configfile", "another menu" },
		{ "normal", "another menu" },
		{ "exit", "the firmware's next boot option" },
	};
	const char *what = "something other than an operating system", *file = "";
	size_t i;

	if (!context->entry)
		return 0;
	if (call->argc > 1)
		file = call->argv[1];
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(others[i].command, call->argv[0]))
			what = others[i].what;
	return boot_entry_refuse(context->entry, err, "it starts %s (%s%s%s)", what,
				 call->argv[0], *file ? " " : "", file);
}

/* A Unified Kernel Image is started as an EFI program, too. */
int grub_do_chainloader(struct grub_context *context, const struct grub_call *call,
			struct error *err)
{
	_cleanup_kernel_file_ struct kernel_file file = { .fd = -1, .original_fd = -1 };
	const struct root *root = context->grub->root;
	_cleanup_free_ char *path = NULL;
	int rc = 0;

	if (!context->entry || call->argc < 2 || call->words->unknown)
		return grub_do_refuse(context, call, err);
	rc = grub_find_file(context, call->argv[1], &path, err);
	if (rc < 0)
		return rc;
	if (!path || boot_file_open(root, path, &file, NULL) < 0 ||
	    boot_program_find(&file) != BOOT_PROGRAM_UKI)
		return grub_do_refuse(context, call, err);
	return boot_text_set(&context->kernel, err, "%s", call->argv[1]);
}

/* True for options of menuentry that have a value behind them. */
static bool has_value(const char *word)
{
	return !strcmp(word, "--class") || !strcmp(word, "--users") ||
	       !strcmp(word, "--hotkey") || !strcmp(word, "--source") ||
	       !strcmp(word, "--id");
}

/* menuentry TITLE [OPTION]... { BODY }, and the same for submenu */
int grub_do_menuentry(struct grub_context *context, const struct grub_call *call,
		      struct error *err)
{
	const char *id = grub_call_option(call, "--id", NULL), *title = "";
	struct grub_item item = { .is_menu = call->argv[0][0] == 's',
				  .body = call->body };
	size_t i;
	int rc = 0;

	if (!context->menu || !call->body.to)
		return 0;
	for (i = 1; !rc && i < call->argc; i++) {
		if (has_value(call->argv[i]))
			i++;
		else if (call->argv[i][0] != '-')
			rc = string_list_add(&item.arguments, "%s", call->argv[i]);
	}
	if (item.arguments.count)
		title = item.arguments.items[0];
	item.title = strdup(title);
	item.source = strdup(call->body.script->path);
	item.id = id ? strdup(id) : NULL;
	if (rc < 0 || !item.title || !item.source || (id && !item.id)) {
		string_list_clear(&item.arguments);
		free(item.title);
		free(item.source);
		free(item.id);
		return error_no_memory(err);
	}
	return grub_menu_add(context->menu, &item, err);
}
