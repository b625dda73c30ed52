// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image as one JSON object for programs: --dry-run=json and plan.json. Addresses are
 * strings ("0x…"), since a JSON number loses bits above 2^53; sizes are numbers.
 */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "library.h"
#include "plan.h"
#include "plan_identity_map.h"

/* Collects what cannot be reported in the middle of an expression. */
struct writer {
	bool failed; /* out of memory */
};

static struct json_object *checked(struct writer *writer, struct json_object *value)
{
	if (!value)
		writer->failed = true;
	return value;
}

/* Puts value, which it takes, into an object. */
static void put(struct writer *writer, struct json_object *object, const char *key,
		struct json_object *value)
{
	checked(writer, value);
	if (!object || json_object_object_add(object, key, value) < 0) {
		json_object_put(value);
		writer->failed = true;
	}
}

static void append(struct writer *writer, struct json_object *array,
		   struct json_object *value)
{
	checked(writer, value);
	if (!array || json_object_array_add(array, value) < 0) {
		json_object_put(value);
		writer->failed = true;
	}
}

/* A NULL text becomes null. */
static void put_text(struct writer *writer, struct json_object *object, const char *key,
		     const char *text)
{
	if (text)
		put(writer, object, key, json_object_new_string(text));
	else if (!object || json_object_object_add(object, key, NULL) < 0)
		writer->failed = true;
}

static void put_size(struct writer *writer, struct json_object *object, const char *key,
		     uint64_t size)
{
	put(writer, object, key, json_object_new_uint64(size));
}

static void put_bool(struct writer *writer, struct json_object *object, const char *key,
		     bool value)
{
	put(writer, object, key, json_object_new_boolean(value));
}

static void put_address(struct writer *writer, struct json_object *object,
			const char *key, uint64_t address)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	put_text(writer, object, key, text);
}

/* An address that is null while it is not known. */
static void put_known_address(struct writer *writer, struct json_object *object,
			      const char *key, uint64_t address)
{
	if (address)
		put_address(writer, object, key, address);
	else
		put_text(writer, object, key, NULL);
}

static struct json_object *texts(struct writer *writer, const struct string_list *list)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		append(writer, array, json_object_new_string(list->items[i]));
	return array;
}

static struct json_object *segment_json(struct writer *writer,
					const struct segment *segment)
{
	struct json_object *object = json_object_new_object();

	put_text(writer, object, "name", segment->name);
	put_address(writer, object, "start", segment->start);
	put_address(writer, object, "end", segment->end);
	put_size(writer, object, "size", segment->end - segment->start);
	put_size(writer, object, "data_size", segment->data_size);
	put_text(writer, object, "file", segment->file ? segment->file->path : NULL);
	put_size(writer, object, "file_offset", segment->file_offset);
	put_bool(writer, object, "verified", !segment->unverified);
	return object;
}

static struct json_object *kernel_json(struct writer *writer, const struct image *image)
{
	const struct kernel_file *file = image->kernel;
	struct json_object *object = json_object_new_object();

	put_text(writer, object, "type", image->type);
	put_text(writer, object, "file", file ? file->path : NULL);
	put_text(writer, object, "compression", file ? file->compression : NULL);
	put_text(writer, object, "entry_mode", image_entry_mode_name(image));
	put_address(writer, object, "entry", image_kernel_entry(image));
	put_address(writer, object, "boot_params", image->boot_params);
	put_bool(writer, object, "on_crash", image->on_crash);
	return object;
}

static struct json_object *memory_map_json(struct writer *writer,
					   const struct memory_map *map)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct memory_range *range = &map->ranges[i];
		struct json_object *object = json_object_new_object();

		put_address(writer, object, "start", range->start);
		put_address(writer, object, "end", range->end);
		put_size(writer, object, "size", range->end - range->start);
		put_size(writer, object, "type", (uint32_t)range->type);
		put_text(writer, object, "type_name", memory_type_name(range->type));
		append(writer, array, object);
	}
	return array;
}

static struct json_object *parts_json(struct writer *writer,
				      const struct efi_config_table *table)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < table->part_count; i++) {
		struct json_object *object = json_object_new_object();

		put_address(writer, object, "start", table->parts[i].start);
		put_address(writer, object, "end", table->parts[i].end);
		append(writer, array, object);
	}
	return array;
}

static struct json_object *tables_json(struct writer *writer,
				       const struct efi_config_tables *tables)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < tables->count; i++) {
		const struct efi_config_table *table = &tables->tables[i];
		struct json_object *object = json_object_new_object();

		put_text(writer, object, "name", table->name);
		put_address(writer, object, "address", table->address);
		put(writer, object, "parts", parts_json(writer, table));
		put_text(writer, object, "memory",
			 table->memory_known ? memory_type_name(table->memory) : NULL);
		put_text(writer, object, "kept_by", efi_table_keeper_name(table->keeper));
		put_text(writer, object, "state", efi_table_state_name(table->state));
		put_text(writer, object, "problem", table->problem);
		append(writer, array, object);
	}
	return array;
}

static struct json_object *efi_json(struct writer *writer, const struct efi_facts *efi,
				    const struct image *image)
{
	struct json_object *object = json_object_new_object();

	put_bool(writer, object, "booted", efi->booted);
	put_bool(writer, object, "handed_over", image->efi_handed_over);
	put_size(writer, object, "word_bits", efi->word_bits);
	put_known_address(writer, object, "system_table", efi->system_table);
	put_known_address(writer, object, "config_table_array", efi->config_table_array);
	/* 0: not readable from here */
	put_size(writer, object, "config_table_count", efi->table_count);
	put(writer, object, "config_tables", tables_json(writer, &efi->tables));
	put_size(writer, object, "runtime_map_count", efi->runtime_map_count);
	put_size(writer, object, "descriptor_size", efi->descriptor_size);
	put_text(writer, object, "incomplete", efi->incomplete);
	put_text(writer, object, "tables_unread", efi->tables_unread);
	return object;
}

static struct json_object *mappings_json(struct writer *writer,
					 const struct machine *machine,
					 const struct image *image)
{
	struct plan_mapping mappings[PLAN_MAPPINGS_MAX];
	size_t count = plan_mappings(machine, image, mappings);
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < count; i++) {
		const struct plan_mapping *mapping = &mappings[i];
		struct json_object *object = json_object_new_object();

		put_text(writer, object, "what", mapping->what);
		put_address(writer, object, "address", mapping->address);
		put_size(writer, object, "size", mapping->size);
		put_address(writer, object, "start", mapping->start);
		put_known_address(writer, object, "end", mapping->end);
		put_text(writer, object, "remark", mapping->remark);
		append(writer, array, object);
	}
	return array;
}

static struct json_object *identity_map_json(struct writer *writer,
					     const struct machine *machine,
					     const struct image *image)
{
	struct json_object *object = json_object_new_object();

	put_text(writer, object, "mode", plan_mapping_mode(image));
	put_text(writer, object, "reason", plan_mapping_reason(machine, image));
	put(writer, object, "ranges", mappings_json(writer, machine, image));
	put_known_address(writer, object, "pool_start", image->identity_map_pool_start);
	put_known_address(writer, object, "pool_end", image->identity_map_pool_end);
	return object;
}

static struct json_object *plan_json(struct writer *writer, const struct machine *machine,
				     const struct image *image)
{
	struct json_object *object = json_object_new_object();
	struct json_object *segments = json_object_new_array();
	size_t i;

	for (i = 0; i < image->segment_count; i++)
		append(writer, segments, segment_json(writer, &image->segments[i]));
	put(writer, object, "kernel", kernel_json(writer, image));
	put_text(writer, object, "command_line", image->command_line);
	put_address(writer, object, "entry", image->entry);
	put(writer, object, "segments", segments);
	put(writer, object, "memory_map", memory_map_json(writer, &image->e820));
	put(writer, object, "efi", efi_json(writer, &machine->efi, image));
	put(writer, object, "identity_map", identity_map_json(writer, machine, image));
	put(writer, object, "warnings", texts(writer, &image->warnings));
	put(writer, object, "notes", texts(writer, &image->notes));
	return object;
}

int plan_print_json(FILE *stream, const struct machine *machine,
		    const struct image *image, struct error *err)
{
	struct writer writer = { false };
	struct json_object *object;
	const char *text = NULL;
	int rc = library_need(LIBRARY_JSON, err);

	if (rc < 0)
		return rc;
	object = plan_json(&writer, machine, image);
	if (!writer.failed)
		text = json_object_to_json_string_ext(
			object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!text)
		rc = error_no_memory(err);
	else if (fprintf(stream, "%s\n", text) < 0)
		rc = error_set(err, errno, "cannot write the plan: %s", strerror(errno));
	json_object_put(object);
	return rc;
}
