/* SPDX-License-Identifier: GPL-2.0-only */
/* The action "check": examines a machine before or after a kexec, and changes nothing. */
#ifndef KEXEC_CHECK_H
#define KEXEC_CHECK_H

#include <stdio.h>

#include "check/check_findings.h"
#include "cli/options.h"
#include "cli/report.h"
#include "util/json_writer.h"

/*
 * Reads facts, evaluates them and prints the result. Returns STATUS_DONE, or
 * STATUS_UNPREPARED if there is a problem or the result could not be made (with a
 * message).
 */
enum exit_status check_action(const struct options *options, const struct root *root);

/* Prints facts and findings as text for people. */
void check_print_text(FILE *stream, const struct check_facts *facts,
		      const struct check_findings *findings);

/* Prints the record that purgatory left for the running kernel, as part of that text. */
void check_record_print_text(FILE *stream, const struct check_record *record);

/* The same as a JSON object; NULL without memory, which json_put records. */
struct json_object *check_record_json(struct json_writer *writer,
				      const struct check_record *record);

/*
 * Prints facts and findings as one JSON object. Unknown facts are null.
 * json_writer_begin() must have succeeded before.
 */
__must_check int check_print_json(FILE *stream, const struct check_facts *facts,
				  const struct check_findings *findings,
				  struct error *err);

#endif
