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

/* Adds value to an object and takes ownership of it. NULL counts as a failure. */
void json_put(struct json_writer *writer, struct json_object *object, const char *key,
	      struct json_object *value);

/* The same at the end of an array. */
void json_append(struct json_writer *writer, struct json_object *array,
		 struct json_object *value);

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
