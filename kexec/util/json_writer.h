/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making JSON objects for programs, through json-c. Addresses are strings ("0x…"), since
 * a JSON number loses bits above 2^53; sizes are numbers.
 */
#ifndef KEXEC_JSON_WRITER_H
#define KEXEC_JSON_WRITER_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/error.h"
#include "util/strings.h"

/* Remembers a failure, so that the calls below need no error checks. */
struct json_writer {
	bool failed; /* out of memory */
};

/* Loads the library; must be the first call. Errors as library_need. */
__must_check int json_writer_begin(struct error *err);

/*
 * The "format" of all outputs. It grows when a stable member is removed or renamed, or
 * changes its type or meaning; not when a member is added. docs/kexec-json.schema.json
 * describes each member and says which ones are stable.
 */
#define JSON_FORMAT 1

/*
 * Returns a new object that begins with the members that all outputs have: format, and
 * name and version of this program. NULL without memory, which json_put records.
 */
struct json_object *json_output(struct json_writer *writer);

/* Adds value to an object and takes ownership of it. NULL counts as a failure. */
void json_put(struct json_writer *writer, struct json_object *object, const char *key,
	      struct json_object *value);

/* The same at the end of an array. */
void json_append(struct json_writer *writer, struct json_object *array,
		 struct json_object *value);

/*
 * Returns a text. JSON is UTF-8, and paths and command lines may be something else, so
 * bytes that are not UTF-8 are replaced by U+FFFD. NULL without memory, which json_put
 * and json_append record.
 */
struct json_object *json_text(const char *text);

/* A NULL text becomes null. */
void json_put_text(struct json_writer *writer, struct json_object *object,
		   const char *key, const char *text);

void json_put_size(struct json_writer *writer, struct json_object *object,
		   const char *key, uint64_t size);

void json_put_bool(struct json_writer *writer, struct json_object *object,
		   const char *key, bool value);

void json_put_address(struct json_writer *writer, struct json_object *object,
		      const char *key, uint64_t address);

/* An address; 0 means unknown and becomes null. */
void json_put_known_address(struct json_writer *writer, struct json_object *object,
			    const char *key, uint64_t address);

/* An array of texts; NULL without memory, which json_put records in the writer. */
struct json_object *json_texts(struct json_writer *writer,
			       const struct string_list *list);

/*
 * Prints object, indented, and frees it. what: its name in the message.
 * Returns 0, -ENOMEM if writer->failed is set, or the error of writing.
 */
__must_check int json_writer_print(struct json_writer *writer, struct json_object *object,
				   FILE *stream, const char *what, struct error *err);

#endif
