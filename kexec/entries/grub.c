// SPDX-License-Identifier: GPL-2.0-only
/* Reads GRUB's configuration into entries. */
#include "entries/grub.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/grub_default.h"
#include "entries/grub_run.h"
#include "entries/loader_variables.h"
#include "util/directory.h"

/* Numbers, titles and IDs from the outer menu to the inner one. */
struct levels {
	struct string_list numbers, titles, ids;
};

static void clear_levels(struct levels *levels)
{
	string_list_clear(&levels->numbers);
	string_list_clear(&levels->titles);
	string_list_clear(&levels->ids);
}

/* The configurations of distributions in the EFI system partition. */
static int find_in_esp(const struct root *root, const char *directory, char **path,
		       struct error *err)
{
	_cleanup_string_list_ struct string_list vendors = { 0 };
	size_t i;

	if (root_list(root, directory, &vendors, NULL) < 0)
		return 0;
	for (i = 0; i < vendors.count && !*path; i++) {
		if (!root_existsf(root, "%s/%s/grub.cfg", directory, vendors.items[i]))
			continue;
		if (boot_text_set(path, err, "%s/%s/grub.cfg", directory,
				  vendors.items[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

int grub_find_config(const struct root *root, char **path, struct error *err)
{
	static const char *const usual[] = { "boot/grub/grub.cfg",
					     "boot/grub2/grub.cfg" };
	size_t i;
	int rc;

	*path = NULL;
	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (!root_exists(root, usual[i]))
			continue;
		return boot_text_set(path, err, "%s", usual[i]);
	}
	rc = find_in_esp(root, "boot/efi/EFI", path, err);
	if (!rc && !*path)
		rc = find_in_esp(root, "efi/EFI", path, err);
	return rc;
}

/* The variables that GRUB sets before it reads its configuration. */
static int set_initial(const struct root *root, const char *directory,
		       struct grub_environment *environment, struct error *err)
{
	const bool efi = loader_is_efi(root);
	_cleanup_free_ char *prefix = NULL;
	const struct {
		const char *name, *value;
	} initial[] = {
		{ "root", (const char[]){ GRUB_DEVICE_MARK, '\0' } },
		{ "grub_platform", efi ? "efi" : "pc" },
		{ "grub_cpu", efi ? "x86_64" : "i386" },
		{ "feature_chainloader_bpb", "y" },
		{ "feature_ntldr", "y" },
		{ "feature_platform_search_hint", "y" },
		{ "feature_default_font_path", "y" },
		{ "feature_all_video_module", "y" },
		{ "feature_menuentry_id", "y" },
		{ "feature_menuentry_options", "y" },
		{ "feature_200_final", "y" },
		{ "feature_nativedisk_cmd", "y" },
		{ "feature_timeout_style", "y" },
		/* Only GRUB knows these. */
		{ "cmdpath", NULL },
		{ "net_default_ip", NULL },
		{ "net_default_mac", NULL },
		{ "net_default_server", NULL },
		{ "pxe_default_server", NULL },
	};
	size_t i;
	int rc = boot_text_set(&prefix, err, "(%c/)/%s", GRUB_DEVICE_MARK, directory);

	for (i = 0; !rc && i < sizeof(initial) / sizeof(initial[0]); i++) {
		rc = grub_set(environment, initial[i].name, initial[i].value, err);
		grub_export(environment, initial[i].name);
	}
	if (!rc)
		rc = grub_set(environment, "prefix", prefix, err);
	if (!rc)
		rc = grub_set(environment, "config_directory", prefix, err);
	grub_export(environment, "prefix");
	grub_export(environment, "config_directory");
	return rc;
}

/* Finds one file of the entry that ran; without it the entry is refused. */
static int find_file(struct grub_context *context, const char *name, char **found,
		     struct error *err)
{
	int rc = grub_find_file(context, name, found, err);

	if (rc < 0 || *found)
		return rc;
	return boot_entry_refuse(context->entry, err,
				 "%s is not in a file system that is mounted at /, /boot "
				 "or /efi",
				 name);
}

/* Sets kernel and initrds of the entry that ran. */
static int set_files(struct grub_context *context, struct error *err)
{
	struct boot_entry *entry = context->entry;
	size_t i;
	int rc = 0;

	if (!context->kernel)
		return boot_entry_refuse(entry, err, "it lacks a linux command");
	rc = find_file(context, context->kernel, &entry->kernel, err);
	for (i = 0; !rc && i < context->initrds.count; i++) {
		_cleanup_free_ char *path = NULL;

		rc = find_file(context, context->initrds.items[i], &path, err);
		if (!rc && path && string_list_add(&entry->initrds, "%s", path) < 0)
			rc = error_no_memory(err);
	}
	return rc;
}

/* Runs the commands of an entry with variables of its own. */
static int run_entry(struct grub *grub, const struct grub_item *item,
		     const struct grub_environment *menu, struct boot_entry *entry,
		     struct error *err)
{
	_cleanup_grub_environment_ struct grub_environment environment = { 0 };
	struct grub_context context = { .grub = grub,
					.environment = &environment,
					.arguments = &item->arguments,
					.entry = entry };
	_cleanup_error_ struct error why = { 0 };
	int rc = grub_environment_copy(menu, false, &environment, err);

	if (!rc) {
		rc = grub_run(&context, item->body, &why);
		if (rc == -ENOMEM)
			error_no_memory(err);
		else if (rc < 0)
			rc = boot_entry_refuse(entry, err, "%s", why.message);
	}
	if (!rc)
		rc = set_files(&context, err);
	free(context.kernel);
	string_list_clear(&context.initrds);
	return rc;
}

static int copy_list(const struct string_list *from, const char *last,
		     struct string_list *to, struct error *err)
{
	size_t i;

	for (i = 0; i < from->count; i++)
		if (string_list_add(to, "%s", from->items[i]) < 0)
			return error_no_memory(err);
	return string_list_add(to, "%s", last) < 0 ? error_no_memory(err) : 0;
}

static int extend(const struct levels *outer, const struct grub_item *item, size_t index,
		  struct levels *levels, struct error *err)
{
	char number[32];
	int rc;

	snprintf(number, sizeof(number), "%zu", index);
	rc = copy_list(&outer->numbers, number, &levels->numbers, err);
	if (!rc)
		rc = copy_list(&outer->titles, item->title, &levels->titles, err);
	return rc ? rc
		  : copy_list(&outer->ids, item->id ? item->id : "", &levels->ids, err);
}

/* The path of IDs, with titles in the place of missing ones. */
static int set_id(const struct levels *levels, struct boot_entry *entry,
		  struct error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < levels->ids.count; i++) {
		const char *name = *levels->ids.items[i] ? levels->ids.items[i]
							 : levels->titles.items[i];

		rc = boot_text_set(&entry->id, err, "%s%s%s", i ? entry->id : "",
				   i ? ">" : "", name);
	}
	return rc;
}

static int add_entry(struct grub *grub, const struct grub_item *item,
		     const struct grub_environment *environment, struct levels *levels,
		     struct error *err)
{
	struct boot_entry entry = { .type = BOOT_ENTRY_GRUB,
				    .tries_left = -1,
				    .tries_done = -1 };
	int rc = set_id(levels, &entry, err);

	if (!rc)
		rc = boot_text_set(&entry.title, err, "%s", item->title);
	if (!rc)
		rc = boot_text_set(&entry.source, err, "%s", item->source);
	if (!rc)
		rc = run_entry(grub, item, environment, &entry, err);
	entry.numbers = levels->numbers;
	entry.titles = levels->titles;
	entry.ids = levels->ids;
	*levels = (struct levels){ 0 };
	if (rc < 0) {
		boot_entry_clear(&entry);
		return rc;
	}
	return boot_entries_add(grub->entries, &entry, err);
}

/*
 * Runs the commands of a menu, then those of its entries: GRUB does so when an entry is
 * started, with the variables that the menu has left.
 */
static int run_menu(struct grub *grub, struct grub_block body,
		    struct grub_environment *environment, const struct levels *outer,
		    struct error *err)
{
	struct grub_menu menu = { 0 };
	struct grub_context context = { .grub = grub,
					.environment = environment,
					.menu = &menu };
	int rc = grub_run(&context, body, err);
	size_t i;

	for (i = 0; !rc && i < menu.count; i++) {
		_cleanup_(clear_levels) struct levels levels = { 0 };
		_cleanup_grub_environment_ struct grub_environment inner = { 0 };
		const struct grub_item *item = &menu.items[i];

		rc = extend(outer, item, i, &levels, err);
		if (!rc && levels.numbers.count > GRUB_DEPTH_MAX)
			rc = error_set(err, ELOOP,
				       "/%s: more than %u submenus within each other",
				       item->source, GRUB_DEPTH_MAX);
		if (!rc && !item->is_menu)
			rc = add_entry(grub, item, environment, &levels, err);
		if (!rc && item->is_menu)
			rc = grub_environment_copy(environment, true, &inner, err);
		if (!rc && item->is_menu)
			rc = run_menu(grub, item->body, &inner, &levels, err);
	}
	grub_menu_clear(&menu);
	return rc;
}

/* True if the environment block asks for this entry for the next boot only. */
static bool is_next_entry(const struct grub *grub, const char *value)
{
	_cleanup_grub_environment_ struct grub_environment block = { 0 };
	_cleanup_free_ char *text = NULL;
	const char *next;

	if (root_readf_file(grub->root, BOOT_CONFIG_MAX, &text, NULL, NULL, "%s/grubenv",
			    grub->directory) < 0 ||
	    grub_environment_load(&block, text, NULL) < 0)
		return false;
	next = grub_get(&block, "next_entry");
	return next && *next && !strcmp(next, value);
}

static int choose_default(struct grub *grub, const struct grub_environment *environment,
			  struct error *err)
{
	const char *value = grub_get(environment, "default");
	struct boot_entries *entries = grub->entries;
	size_t index = 0;

	if (!entries->count)
		return boot_text_set(&entries->default_reason, err,
				     "GRUB's configuration has no entries");
	if (!value)
		return boot_text_set(&entries->default_reason, err,
				     "only GRUB can evaluate the variable $default");
	if (!*value)
		return boot_entries_set_default(entries, 0, err, "it is the first entry");
	switch (grub_path_find(entries, value, &index)) {
	case GRUB_PATH_ENTRY:
		break;
	case GRUB_PATH_MENU:
		return boot_entries_set_default(entries, index, err,
						"GRUB's default is the submenu %s, and "
						"this is the first entry in it",
						value);
	case GRUB_PATH_NOTHING:
		return boot_entries_set_default(entries, 0, err,
						"GRUB's default, %s, is not an entry, "
						"and this is the first one",
						value);
	}
	if (!is_next_entry(grub, value))
		return boot_entries_set_default(entries, index, err,
						"GRUB's default is %s", value);
	string_list_add(&entries->notes,
			"next_entry of grubenv is for one boot; kexec uses it and leaves "
			"it for the next boot of the firmware");
	return boot_entries_set_default(entries, index, err,
					"next_entry of GRUB's environment is %s", value);
}

int grub_read(const struct root *root, const struct boot_mounts *mounts, const char *path,
	      struct boot_entries *entries, struct error *err)
{
	_cleanup_(grub_clear) struct grub grub = { .root = root,
						   .mounts = mounts,
						   .entries = entries };
	_cleanup_grub_environment_ struct grub_environment environment = { 0 };
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *text = NULL;
	struct grub_block body;
	int rc = root_read_file(root, path, BOOT_CONFIG_MAX, &text, NULL, err);

	if (!rc)
		rc = boot_text_set(&grub.directory, err, "%.*s",
				   (int)(slash ? slash - path : 0), path);
	if (!rc)
		rc = set_initial(root, grub.directory, &environment, err);
	if (!rc)
		rc = grub_add_script(&grub, text, path, &body, err);
	if (!rc)
		rc = run_menu(&grub, body, &environment, &(const struct levels){ 0 },
			      err);
	return rc ? rc : choose_default(&grub, &environment, err);
}
