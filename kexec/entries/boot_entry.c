// SPDX-License-Identifier: GPL-2.0-only
/* The list of boot entries: adding, and finding one by its name. */
#include "entries/boot_entry.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/grub_default.h"

/* IDs that a message lists. */
#define LISTED_MAX 16u

void boot_entry_clear(struct boot_entry *entry)
{
	free(entry->id);
	free(entry->title);
	free(entry->source);
	free(entry->kernel);
	string_list_clear(&entry->initrds);
	free(entry->options);
	free(entry->profile);
	free(entry->refusal);
	free(entry->sort_key);
	free(entry->machine_id);
	free(entry->version);
	string_list_clear(&entry->numbers);
	string_list_clear(&entry->titles);
	string_list_clear(&entry->ids);
	*entry = (struct boot_entry){ 0 };
}

void boot_entries_clear(struct boot_entries *entries)
{
	size_t i;

	for (i = 0; i < entries->count; i++)
		boot_entry_clear(&entries->items[i]);
	free(entries->items);
	free(entries->loader_name);
	free(entries->default_reason);
	free(entries->selected);
	string_list_clear(&entries->notes);
	string_list_clear(&entries->warnings);
	*entries = (struct boot_entries){ 0 };
}

int boot_entries_add(struct boot_entries *entries, struct boot_entry *entry,
		     struct error *err)
{
	struct boot_entry *items;

	if (entries->count == BOOT_ENTRIES_MAX) {
		boot_entry_clear(entry);
		return error_set(err, EFBIG,
				 "the boot loader's configuration has more than %u "
				 "entries",
				 BOOT_ENTRIES_MAX);
	}
	items = reallocarray(entries->items, entries->count + 1, sizeof(*items));
	if (!items) {
		boot_entry_clear(entry);
		return error_no_memory(err);
	}
	entries->items = items;
	items[entries->count++] = *entry;
	entries->default_index = entries->count;
	*entry = (struct boot_entry){ 0 };
	return 0;
}

static int set_text(char **text, struct error *err, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static int set_text(char **text, struct error *err, const char *format, va_list args)
{
	char *made;

	if (vasprintf(&made, format, args) < 0)
		return error_no_memory(err);
	free(*text);
	*text = made;
	return 0;
}

int boot_text_set(char **text, struct error *err, const char *format, ...)
{
	va_list args;
	int rc;

	va_start(args, format);
	rc = set_text(text, err, format, args);
	va_end(args);
	return rc;
}

int boot_entry_refuse(struct boot_entry *entry, struct error *err, const char *format,
		      ...)
{
	va_list args;
	int rc = 0;

	va_start(args, format);
	if (!entry->refusal)
		rc = set_text(&entry->refusal, err, format, args);
	va_end(args);
	return rc;
}

int boot_entries_set_default(struct boot_entries *entries, size_t index,
			     struct error *err, const char *format, ...)
{
	va_list args;
	int rc;

	va_start(args, format);
	rc = set_text(&entries->default_reason, err, format, args);
	va_end(args);
	if (!rc)
		entries->default_index = index;
	return rc;
}

/* Prints "ID, ID, …" to a new text; NULL without memory. */
static char *list_ids(const struct boot_entries *entries)
{
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (i = 0; i < entries->count && i < LISTED_MAX; i++)
		fprintf(stream, "%s%s", i ? ", " : "", entries->items[i].id);
	if (entries->count > LISTED_MAX)
		fprintf(stream, " and %zu more", entries->count - LISTED_MAX);
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

static int refuse(const struct boot_entries *entries, int number, const char *id,
		  const char *problem, struct error *err)
{
	_cleanup_free_ char *list = list_ids(entries);

	if (!list)
		return error_no_memory(err);
	return error_set(err, number, "--boot-entry%s%s: %s; the entries are %s",
			 id ? "=" : "", id ? id : "", problem, list);
}

int boot_entries_find(const struct boot_entries *entries, const char *id, size_t *index,
		      struct error *err)
{
	size_t found = 0, i, first = 0;

	if (!id) {
		if (entries->default_index >= entries->count)
			return refuse(entries, ENODATA, NULL,
				      entries->default_reason
					      ? entries->default_reason
					      : "the boot loader has no default entry",
				      err);
		*index = entries->default_index;
		return 0;
	}
	for (i = 0; i < entries->count; i++) {
		if (!strcmp(entries->items[i].id, id)) {
			*index = i;
			return 0;
		}
	}
	if (entries->loader == BOOT_LOADER_GRUB &&
	    grub_path_find(entries, id, index) == GRUB_PATH_ENTRY)
		return 0;
	for (i = entries->count; i-- > 0;) {
		const char *title = entries->items[i].title;

		if (!title || strcmp(title, id))
			continue;
		found++;
		first = i;
	}
	if (found != 1)
		return refuse(entries, found ? EINVAL : ENOENT, id,
			      found ? "several entries have this title, choose by ID"
				    : "unknown entry",
			      err);
	*index = first;
	return 0;
}
