// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints an image as one JSON object: --dry-run=json and plan.json. Addresses are strings
 * ("0x…"), because many readers of JSON lose bits of numbers above 2^53; sizes are
 * numbers.
 */
#include <json-c/json.h>

#include "efi/efi_tables_json.h"
#include "plan/plan.h"
#include "plan/plan_identity_map.h"
#include "util/json_writer.h"

static struct json_object *segment_json(struct json_writer *writer,
					const struct segment *segment)
{
	struct json_object *object = json_object_new_object();

	json_put_text(writer, object, "name", segment->name);
	json_put_address(writer, object, "start", segment->start);
	json_put_address(writer, object, "end", segment->end);
	json_put_size(writer, object, "size", segment->end - segment->start);
	json_put_size(writer, object, "data_size", segment->data_size);
	json_put_text(writer, object, "file", segment->file ? segment->file->path : NULL);
	json_put_size(writer, object, "file_offset", segment->file_offset);
	json_put_bool(writer, object, "verified", !segment->unverified);
	return object;
}

static struct json_object *profile_json(struct json_writer *writer,
					const struct uki_profile *profile)
{
	struct json_object *object = json_object_new_object();

	json_put_size(writer, object, "number", profile->number);
	json_put_text(writer, object, "id", profile->id);
	return object;
}

static struct json_object *kernel_json(struct json_writer *writer,
				       const struct image *image)
{
	const struct kernel_file *file = image->kernel;
	struct json_object *object = json_object_new_object();

	json_put_text(writer, object, "type", image->type);
	json_put_text(writer, object, "file", file ? file->path : NULL);
	json_put_text(writer, object, "compression", file ? file->compression : NULL);
	if (image->profile)
		json_put(writer, object, "uki_profile",
			 profile_json(writer, image->profile));
	else
		json_put_text(writer, object, "uki_profile", NULL);
	json_put_text(writer, object, "entry_mode", image_entry_mode_name(image));
	json_put_address(writer, object, "entry", image_kernel_entry(image));
	json_put_address(writer, object, "boot_params", image->boot_params);
	json_put_bool(writer, object, "on_crash", image->purpose == IMAGE_CRASH);
	json_put_size(writer, object, "random_places", image->random_place.count);
	if (image->random_place.drawn)
		json_put_address(writer, object, "placement_seed",
				 image->random_place.seed);
	else
		json_put_text(writer, object, "placement_seed", NULL);
	return object;
}

static struct json_object *memory_map_json(struct json_writer *writer,
					   const struct memory_map *map)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct memory_range *range = &map->ranges[i];
		struct json_object *object = json_object_new_object();

		json_put_address(writer, object, "start", range->start);
		json_put_address(writer, object, "end", range->end);
		json_put_size(writer, object, "size", range->end - range->start);
		json_put_size(writer, object, "type", (uint32_t)range->type);
		json_put_text(writer, object, "type_name", memory_type_name(range->type));
		json_append(writer, array, object);
	}
	return array;
}

static struct json_object *tables_json(struct json_writer *writer,
				       const struct efi_config_tables *tables)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < tables->count; i++) {
		const struct efi_config_table *table = &tables->tables[i];

		json_append(writer, array,
			    efi_table_json(writer, table,
					   efi_table_state_name(table->state),
					   table->problem));
	}
	return array;
}

static struct json_object *efi_json(struct json_writer *writer,
				    const struct efi_facts *efi,
				    const struct image *image)
{
	struct json_object *object = json_object_new_object();

	json_put_bool(writer, object, "booted", efi->booted);
	json_put_bool(writer, object, "handed_over", image->efi.handed_over);
	json_put_size(writer, object, "word_bits", efi->word_bits);
	json_put_known_address(writer, object, "system_table", efi->system_table);
	json_put_known_address(writer, object, "config_table_array",
			       efi->config_table_array);
	/* 0 if user space cannot read it */
	json_put_size(writer, object, "config_table_count", efi->table_count);
	json_put(writer, object, "config_tables", tables_json(writer, &efi->tables));
	json_put_size(writer, object, "runtime_map_count", efi->runtime_map_count);
	json_put_size(writer, object, "descriptor_size", efi->descriptor_size);
	json_put_text(writer, object, "incomplete", efi->incomplete);
	json_put_text(writer, object, "tables_unread", efi->tables_unread);
	return object;
}

static struct json_object *mappings_json(struct json_writer *writer,
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

		json_put_text(writer, object, "what", mapping->what);
		json_put_address(writer, object, "address", mapping->address);
		json_put_size(writer, object, "size", mapping->size);
		json_put_address(writer, object, "start", mapping->start);
		json_put_known_address(writer, object, "end", mapping->end);
		json_put_text(writer, object, "remark", mapping->remark);
		json_append(writer, array, object);
	}
	return array;
}

static struct json_object *identity_map_json(struct json_writer *writer,
					     const struct machine *machine,
					     const struct image *image)
{
	struct json_object *object = json_object_new_object();

	json_put_text(writer, object, "mode", plan_mapping_mode(image));
	json_put_text(writer, object, "reason", plan_mapping_reason(machine, image));
	json_put(writer, object, "ranges", mappings_json(writer, machine, image));
	json_put_known_address(writer, object, "pool_start", image->map_pool.start);
	json_put_known_address(writer, object, "pool_end", image->map_pool.end);
	return object;
}

/* How purgatory verifies the segments. */
static struct json_object *digest_json(struct json_writer *writer,
				       const struct image *image)
{
	struct json_object *object = json_object_new_object();

	json_put_text(writer, object, "algorithm", image->digest.algorithm);
	json_put_address(writer, object, "seed", image->digest.seed);
	json_put_size(writer, object, "bytes", image->digest.bytes);
	if (image->digest.per_second)
		json_put_size(writer, object, "bytes_per_second",
			      image->digest.per_second);
	else
		json_put_text(writer, object, "bytes_per_second", NULL);
	return object;
}

/* The copies of the ACPI root pointer that purgatory makes. */
static struct json_object *rsdp_json(struct json_writer *writer,
				     const struct image_rsdp *rsdp)
{
	struct json_object *object = json_object_new_object();

	json_put_address(writer, object, "address", rsdp->address);
	json_put_known_address(writer, object, "multiboot2_tags", rsdp->tags);
	json_put_known_address(writer, object, "bios_memory", rsdp->bios_memory);
	return object;
}

/* The record for the next kernel. Its identity is in the record, too. */
static struct json_object *record_json(struct json_writer *writer,
				       const struct image *image)
{
	struct json_object *object = json_object_new_object();

	json_put_known_address(writer, object, "address", image->record.place);
	json_put_address(writer, object, "identity", image->record.identity);
	return object;
}

static struct json_object *console_json(struct json_writer *writer,
					const struct image_console *console)
{
	const struct image_framebuffer *from = &console->framebuffer;
	struct json_object *object = json_object_new_object(), *framebuffer;

	json_put_known_address(writer, object, "serial_port",
			       console->serial ? console->serial_port : 0);
	json_put_bool(writer, object, "vga", console->vga);
	if (from->start) {
		framebuffer = json_object_new_object();
		json_put_address(writer, framebuffer, "address", from->start);
		json_put_size(writer, framebuffer, "width", from->width);
		json_put_size(writer, framebuffer, "height", from->height);
		json_put(writer, object, "framebuffer", framebuffer);
	} else {
		json_put_text(writer, object, "framebuffer", NULL);
	}
	json_put_size(writer, object, "panic_wait", console->wait);
	return object;
}

/* The calls of a load: --dry-run makes none of them. */
static struct json_object *calls_json(struct json_writer *writer,
				      const struct image_calls *calls)
{
	struct json_object *object = json_object_new_object();
	struct json_object *errors = json_object_new_array();
	size_t i;

	for (i = 0; calls->second_after && calls->second_after[i]; i++)
		json_append(writer, errors, json_text(calls->second_after[i]));
	json_put_text(writer, object, "first", calls->first);
	json_put_text(writer, object, "reason", calls->reason);
	json_put_text(writer, object, "second", calls->second);
	json_put(writer, object, "second_after", errors);
	return object;
}

static struct json_object *plan_json(struct json_writer *writer,
				     const struct machine *machine,
				     const struct image *image)
{
	struct json_object *object = json_output(writer);
	struct json_object *segments = json_object_new_array();
	size_t i;

	for (i = 0; i < image->segment_count; i++)
		json_append(writer, segments, segment_json(writer, &image->segments[i]));
	json_put(writer, object, "kernel", kernel_json(writer, image));
	json_put_text(writer, object, "command_line", image->command_line);
	json_put_address(writer, object, "entry", image->entry);
	json_put(writer, object, "segments", segments);
	if (image->digest.algorithm)
		json_put(writer, object, "digest", digest_json(writer, image));
	else
		json_put_text(writer, object, "digest", NULL);
	if (image->rsdp.address)
		json_put(writer, object, "acpi_root_pointer",
			 rsdp_json(writer, &image->rsdp));
	else
		json_put_text(writer, object, "acpi_root_pointer", NULL);
	json_put(writer, object, "record", record_json(writer, image));
	json_put(writer, object, "console", console_json(writer, &image->console));
	json_put(writer, object, "memory_map", memory_map_json(writer, &image->e820));
	json_put(writer, object, "efi", efi_json(writer, &machine->efi, image));
	json_put(writer, object, "setup_data_tables",
		 tables_json(writer, &machine->cc_blob));
	json_put(writer, object, "identity_map",
		 identity_map_json(writer, machine, image));
	json_put(writer, object, "system_calls", calls_json(writer, &image->calls));
	json_put_text(writer, object, "summary", image->summary);
	json_put(writer, object, "warnings", json_texts(writer, &image->warnings));
	json_put(writer, object, "notes", json_texts(writer, &image->notes));
	return object;
}

int plan_print_json(FILE *stream, const struct machine *machine,
		    const struct image *image, struct error *err)
{
	struct json_writer writer = { false };
	int rc = json_writer_begin(err);

	if (rc < 0)
		return rc;
	return json_writer_print(&writer, plan_json(&writer, machine, image), stream,
				 "the plan", err);
}
