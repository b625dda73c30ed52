// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command blscfg of Fedora's and openSUSE's GRUB, and of GRUB from 2.14 on: entries
 * of the Boot Loader Specification in GRUB's menu, with GRUB's variables in them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/bls_fields.h"
#include "entries/bls_order.h"
#include "entries/grub_commands.h"
#include "util/directory.h"

/* Sets *directory to where the entries are, or to NULL. */
static int find_directory(struct grub_context *context, char **directory,
			  struct error *err)
{
	static const char *const usual[] = { "boot/loader/entries", "efi/loader/entries",
					     "boot/efi/loader/entries" };
	const char *wanted = grub_get(context->environment, "blsdir");
	size_t i;
	int rc;

	*directory = NULL;
	if (wanted && *wanted) {
		rc = grub_find_file(context, wanted, directory, err);
		if (rc < 0 || *directory)
			return rc;
	}
	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (!root_exists(context->grub->root, usual[i]))
			continue;
		*directory = strdup(usual[i]);
		return *directory ? 0 : error_no_memory(err);
	}
	return 0;
}

/*
 * Fedora's module falls back to default_kernelopts. Without both the kernel would not
 * find its root file system, so the variable stays unknown then.
 */
static int set_kernelopts(struct grub_context *context, struct error *err)
{
	struct grub_environment *environment = context->environment;
	const char *value = grub_get(environment, "kernelopts"), *fallback;

	if (value && *value)
		return 0;
	fallback = grub_get(environment, "default_kernelopts");
	if (fallback && !*fallback)
		fallback = NULL;
	return grub_set(environment, "kernelopts", fallback, err);
}

/* Makes the commands of an entry; NULL without memory. */
static char *make_commands(const struct bls_fields *fields)
{
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	if (fields->kernel)
		fprintf(stream, "linux %s %s\n", fields->kernel,
			fields->options ? fields->options : "");
	else if (fields->efi || fields->uki)
		fprintf(stream, "chainloader %s\n",
			fields->efi ? fields->efi : fields->uki);
	/* Fedora's early_initrd comes first; a missing variable is empty. */
	if (fields->initrds.count)
		fputs("initrd $early_initrd", stream);
	for (i = 0; i < fields->initrds.count; i++)
		fprintf(stream, " %s", fields->initrds.items[i]);
	fputc('\n', stream);
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

static int add_entry(struct grub_context *context, const char *directory,
		     const char *name, struct error *err)
{
	_cleanup_bls_fields_ struct bls_fields fields = { 0 };
	_cleanup_free_ char *text = NULL, *commands = NULL, *path = NULL;
	_cleanup_error_ struct error why = { 0 };
	struct grub_item item = { 0 };
	size_t stem = strlen(name) - strlen(".conf");
	int rc = boot_text_set(&path, err, "%s/%s", directory, name);

	if (rc < 0)
		return rc;
	rc = root_read_file(context->grub->root, path, BOOT_CONFIG_MAX, &text, NULL,
			    &why);
	if (rc < 0)
		return grub_give_up(context, err, "an entry is left out: %s",
				    why.message ? why.message : strerror(-rc));
	rc = bls_fields_parse(text, &fields, err);
	if (rc < 0)
		return rc;
	commands = make_commands(&fields);
	if (!commands)
		return error_no_memory(err);
	rc = grub_add_script(context->grub, commands, path, &item.body, &why);
	if (rc < 0)
		return rc == -ENOMEM
			       ? error_no_memory(err)
			       : grub_give_up(context, err, "an entry is left out: %s",
					      why.message);
	if (asprintf(&item.id, "%.*s", (int)stem, name) < 0)
		item.id = NULL;
	item.title = strdup(fields.title ? fields.title : name);
	item.source = take_pointer(path);
	if (!item.id || !item.title) {
		free(item.id);
		free(item.title);
		free(item.source);
		return error_no_memory(err);
	}
	return grub_menu_add(context->menu, &item, err);
}

static int newest_first(const void *a, const void *b)
{
	int order = version_compare(*(char *const *)b, *(char *const *)a);

	return order ? order : strcmp(*(char *const *)a, *(char *const *)b);
}

int grub_do_blscfg(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	_cleanup_free_ char *directory = NULL;
	size_t i;
	int rc;

	(void)call;
	if (!context->menu)
		return 0;
	rc = find_directory(context, &directory, err);
	if (!rc)
		rc = set_kernelopts(context, err);
	if (rc < 0)
		return rc;
	if (!directory || root_list(context->grub->root, directory, &names, NULL) < 0) {
		context->status = GRUB_FALSE;
		return grub_give_up(context, err,
				    "blscfg: /boot, /efi and /boot/efi lack a directory "
				    "loader/entries");
	}
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), newest_first);
	for (i = 0; !rc && i < names.count; i++) {
		size_t length = strlen(names.items[i]);

		if (length > 5 && !strcmp(names.items[i] + length - 5, ".conf"))
			rc = add_entry(context, directory, names.items[i], err);
	}
	return rc;
}
