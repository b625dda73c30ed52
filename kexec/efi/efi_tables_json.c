// SPDX-License-Identifier: GPL-2.0-only
/* An entry of the config table array as a JSON object. */
#include "efi/efi_tables_json.h"

static struct json_object *parts_json(struct json_writer *writer,
				      const struct efi_config_table *table)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < table->part_count; i++) {
		struct json_object *object = json_object_new_object();

		json_put_address(writer, object, "start", table->parts[i].start);
		json_put_address(writer, object, "end", table->parts[i].end);
		json_append(writer, array, object);
	}
	return array;
}

struct json_object *efi_table_json(struct json_writer *writer,
				   const struct efi_config_table *table,
				   const char *state, const char *problem)
{
	struct json_object *object = json_object_new_object();

	json_put_text(writer, object, "name", table->name);
	json_put_address(writer, object, "address", table->address);
	json_put(writer, object, "parts", parts_json(writer, table));
	json_put_text(writer, object, "memory",
		      table->memory_known ? memory_type_name(table->memory) : NULL);
	json_put_text(writer, object, "kept_by",
		      efi_table_reserved_by_name(table->reserved_by));
	json_put_text(writer, object, "state", state);
	json_put_text(writer, object, "problem", problem);
	return object;
}
