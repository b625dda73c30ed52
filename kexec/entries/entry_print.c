// SPDX-License-Identifier: GPL-2.0-only
/* Prints the entries. */
#include "entries/entry_print.h"

#include <string.h>

#include "util/json_writer.h"

static const char *const type_names[] = {
	[BOOT_ENTRY_TYPE1] = "type1",
	[BOOT_ENTRY_TYPE2] = "type2",
	[BOOT_ENTRY_GRUB] = "grub",
	[BOOT_ENTRY_EXTLINUX] = "extlinux",
};

static bool is_selected(const struct boot_entries *entries, size_t index)
{
	return entries->selected &&
	       !strcasecmp(entries->selected, entries->items[index].id);
}

static void print_line(FILE *stream, const char *name, const char *before,
		       const char *text)
{
	if (!text)
		return;
	fprintf(stream, "  %-8s %s", name, before);
	print_escaped(stream, text);
	fputc('\n', stream);
}

static void print_entry(FILE *stream, const struct boot_entries *entries, size_t index)
{
	const struct boot_entry *entry = &entries->items[index];
	size_t i;

	print_escaped(stream, entry->id);
	fprintf(stream, "%s%s\n", index == entries->default_index ? " (default)" : "",
		is_selected(entries, index) ? " (running)" : "");
	print_line(stream, "title", "", entry->title);
	print_line(stream, "source", "/", entry->source);
	print_line(stream, "kernel", "/", entry->kernel);
	print_line(stream, "profile", "", entry->profile);
	for (i = 0; i < entry->initrds.count; i++)
		print_line(stream, "initrd", "/", entry->initrds.items[i]);
	print_line(stream, "options", "", entry->options);
	if (entry->tries_left >= 0)
		fprintf(stream, "  %-8s %d left, %d done\n", "tries", entry->tries_left,
			entry->tries_done);
	print_line(stream, "refused", "", entry->refusal);
}

void entry_print_text(FILE *stream, const struct boot_entries *entries)
{
	size_t i;

	fputs("Boot loader: ", stream);
	print_escaped(stream, entries->loader_name);
	fputs("\nDefault: ", stream);
	if (entries->default_index < entries->count) {
		print_escaped(stream, entries->items[entries->default_index].id);
		fputs(", because ", stream);
	}
	print_escaped(stream, entries->default_reason);
	fputc('\n', stream);
	for (i = 0; i < entries->count; i++) {
		fputc('\n', stream);
		print_entry(stream, entries, i);
	}
}

/* A path below the root gets its leading slash; NULL stays NULL. */
static void put_path(struct json_writer *writer, struct json_object *object,
		     const char *key, const char *path)
{
	_cleanup_free_ char *text = NULL;

	if (path && asprintf(&text, "/%s", path) < 0) {
		text = NULL;
		writer->failed = true;
	}
	json_put_text(writer, object, key, text);
}

static struct json_object *initrds(struct json_writer *writer,
				   const struct boot_entry *entry)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < entry->initrds.count; i++) {
		_cleanup_free_ char *text = NULL;

		if (asprintf(&text, "/%s", entry->initrds.items[i]) < 0) {
			text = NULL;
			writer->failed = true;
			break;
		}
		json_append(writer, array, json_text(text));
	}
	return array;
}

static struct json_object *entry_object(struct json_writer *writer,
					const struct boot_entries *entries, size_t index)
{
	const struct boot_entry *entry = &entries->items[index];
	struct json_object *object = json_object_new_object();

	json_put_text(writer, object, "type", type_names[entry->type]);
	json_put_text(writer, object, "id", entry->id);
	json_put_text(writer, object, "title", entry->title);
	put_path(writer, object, "source", entry->source);
	put_path(writer, object, "kernel", entry->kernel);
	json_put_text(writer, object, "profile", entry->profile);
	json_put(writer, object, "initrds", initrds(writer, entry));
	json_put_text(writer, object, "options", entry->options);
	json_put_text(writer, object, "version", entry->version);
	json_put_text(writer, object, "sort_key", entry->sort_key);
	json_put_text(writer, object, "machine_id", entry->machine_id);
	if (entry->tries_left >= 0) {
		json_put_size(writer, object, "tries_left", (uint64_t)entry->tries_left);
		json_put_size(writer, object, "tries_done", (uint64_t)entry->tries_done);
	}
	json_put_bool(writer, object, "default", index == entries->default_index);
	json_put_bool(writer, object, "running", is_selected(entries, index));
	json_put_text(writer, object, "refused", entry->refusal);
	return object;
}

int entry_print_json(FILE *stream, const struct boot_entries *entries, struct error *err)
{
	struct json_writer writer = { 0 };
	struct json_object *object, *array;
	size_t i;
	int rc = json_writer_begin(err);

	if (rc < 0)
		return rc;
	object = json_output(&writer);
	array = json_object_new_array();
	json_put_text(&writer, object, "boot_loader", entries->loader_name);
	json_put_text(&writer, object, "default",
		      entries->default_index < entries->count
			      ? entries->items[entries->default_index].id
			      : NULL);
	json_put_text(&writer, object, "default_reason", entries->default_reason);
	for (i = 0; i < entries->count; i++)
		json_append(&writer, array, entry_object(&writer, entries, i));
	json_put(&writer, object, "entries", array);
	return json_writer_print(&writer, object, stream, "the list of entries", err);
}
