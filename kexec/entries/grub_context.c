// SPDX-License-Identifier: GPL-2.0-only
/* The menus, scripts and messages that the commands of GRUB's configuration share. */
#include "entries/grub_run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int grub_menu_add(struct grub_menu *menu, struct grub_item *item, struct error *err)
{
	struct grub_item *items =
		reallocarray(menu->items, menu->count + 1, sizeof(*items));

	if (!items) {
		free(item->title);
		free(item->id);
		free(item->source);
		return error_no_memory(err);
	}
	menu->items = items;
	items[menu->count++] = *item;
	return 0;
}

void grub_menu_clear(struct grub_menu *menu)
{
	size_t i;

	for (i = 0; i < menu->count; i++) {
		free(menu->items[i].title);
		free(menu->items[i].id);
		free(menu->items[i].source);
		string_list_clear(&menu->items[i].arguments);
	}
	free(menu->items);
	*menu = (struct grub_menu){ 0 };
}

void grub_clear(struct grub *grub)
{
	size_t i;

	for (i = 0; i < grub->script_count; i++) {
		grub_script_clear(grub->scripts[i]);
		free(grub->scripts[i]);
	}
	free(grub->scripts);
	for (i = 0; i < grub->function_count; i++)
		free(grub->functions[i].name);
	free(grub->functions);
	free(grub->directory);
	*grub = (struct grub){ 0 };
}

int grub_add_script(struct grub *grub, const char *text, const char *path,
		    struct grub_block *block, struct error *err)
{
	struct grub_script **scripts, *script;
	int rc;

	if (grub->script_count == GRUB_SCRIPTS_MAX)
		return error_set(err, EFBIG, "/%s: more than %u files and entries", path,
				 GRUB_SCRIPTS_MAX);
	scripts = reallocarray(grub->scripts, grub->script_count + 1, sizeof(*scripts));
	if (!scripts)
		return error_no_memory(err);
	grub->scripts = scripts;
	script = calloc(1, sizeof(*script));
	if (!script)
		return error_no_memory(err);
	scripts[grub->script_count++] = script;
	rc = grub_script_parse(text, path, script, err);
	*block = (struct grub_block){ script, 0, script->count };
	return rc;
}

int grub_run_text(struct grub_context *context, const char *text, const char *path,
		  struct error *err)
{
	struct grub_block block;
	int rc = grub_add_script(context->grub, text, path, &block, err);

	return rc ? rc : grub_run(context, block, err);
}

int grub_give_up(struct grub_context *context, struct error *err, const char *format, ...)
{
	struct string_list *warnings = &context->grub->entries->warnings;
	_cleanup_free_ char *text = NULL;
	va_list args;
	size_t i;
	int rc;

	va_start(args, format);
	rc = vasprintf(&text, format, args);
	va_end(args);
	if (rc < 0) {
		text = NULL;
		return error_no_memory(err);
	}
	if (context->entry)
		return boot_entry_refuse(context->entry, err, "%s", text);
	/* A function may be called many times. */
	for (i = 0; i < warnings->count; i++)
		if (!strcmp(warnings->items[i], text) || i == GRUB_WARNINGS_MAX)
			return 0;
	return string_list_add(warnings, "%s", text) < 0 ? error_no_memory(err) : 0;
}

int grub_find_file(const struct grub_context *context, const char *name, char **found,
		   struct error *err)
{
	const struct grub *grub = context->grub;
	_cleanup_free_ char *device = NULL;
	const char *value, *path = name;

	*found = NULL;
	if (*name == '(') {
		const char *end = strchr(name, ')');

		path = end ? end + 1 : "";
		device = strndup(name + 1, end ? (size_t)(end - name) - 1 : 0);
	} else {
		value = grub_get(context->environment, "root");
		device = strdup(value ? value : "");
	}
	if (!device)
		return error_no_memory(err);
	if (device[0] == GRUB_DEVICE_MARK && device[1] == '/') {
		path += strspn(path, "/");
		if (*path && root_exists(grub->root, path) && !(*found = strdup(path)))
			return error_no_memory(err);
		return 0;
	}
	/* Devices that GRUB makes itself are not mounted here. */
	if (starts_with(device, "loop") || starts_with(device, "mem") ||
	    starts_with(device, "proc"))
		return 0;
	return boot_mounts_find(grub->root, grub->mounts,
				device[0] == GRUB_DEVICE_MARK ? device + 1 : NULL, path,
				found, err);
}
