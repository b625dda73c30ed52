// SPDX-License-Identifier: GPL-2.0-only
/* Making JSON objects for programs, through json-c. */
#include "util/json_writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio_ext.h>
#include <string.h>

#include "util/library.h"
#include "util/utf8.h"

int json_writer_begin(struct error *err)
{
	return library_need(LIBRARY_JSON, err);
}

struct json_object *json_output(struct json_writer *writer)
{
	struct json_object *object = json_object_new_object();

	json_put_size(writer, object, "format", JSON_FORMAT);
	json_put_text(writer, object, "program", "kexec-efi");
	json_put_text(writer, object, "version", PACKAGE_VERSION);
	return object;
}

void json_put(struct json_writer *writer, struct json_object *object, const char *key,
	      struct json_object *value)
{
	if (!value)
		writer->failed = true;
	if (!object || json_object_object_add(object, key, value) < 0) {
		json_object_put(value);
		writer->failed = true;
	}
}

void json_append(struct json_writer *writer, struct json_object *array,
		 struct json_object *value)
{
	if (!value)
		writer->failed = true;
	if (!array || json_object_array_add(array, value) < 0) {
		json_object_put(value);
		writer->failed = true;
	}
}

struct json_object *json_text(const char *text)
{
	_cleanup_free_ char *repaired = utf8_repair(text);

	return repaired ? json_object_new_string(repaired) : NULL;
}

void json_put_text(struct json_writer *writer, struct json_object *object,
		   const char *key, const char *text)
{
	if (text)
		json_put(writer, object, key, json_text(text));
	else if (!object || json_object_object_add(object, key, NULL) < 0)
		writer->failed = true;
}

void json_put_size(struct json_writer *writer, struct json_object *object,
		   const char *key, uint64_t size)
{
	json_put(writer, object, key, json_object_new_uint64(size));
}

void json_put_bool(struct json_writer *writer, struct json_object *object,
		   const char *key, bool value)
{
	json_put(writer, object, key, json_object_new_boolean(value));
}

void json_put_address(struct json_writer *writer, struct json_object *object,
		      const char *key, uint64_t address)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	json_put_text(writer, object, key, text);
}

void json_put_known_address(struct json_writer *writer, struct json_object *object,
			    const char *key, uint64_t address)
{
	if (address)
		json_put_address(writer, object, key, address);
	else
		json_put_text(writer, object, key, NULL);
}

struct json_object *json_texts(struct json_writer *writer, const struct string_list *list)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		json_append(writer, array, json_text(list->items[i]));
	return array;
}

int json_writer_print(struct json_writer *writer, struct json_object *object,
		      FILE *stream, const char *what, struct error *err)
{
	const char *text = NULL;
	int rc = 0;

	if (!writer->failed)
		text = json_object_to_json_string_ext(
			object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!text)
		rc = error_no_memory(err);
	else if (fprintf(stream, "%s\n", text) < 0) {
		rc = error_set(err, errno, "cannot write %s: %s", what, strerror(errno));
		/* Main would report the rest in the stream's buffer a second time. */
		clearerr(stream);
		__fpurge(stream);
	}
	json_object_put(object);
	return rc;
}
