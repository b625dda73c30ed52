/* SPDX-License-Identifier: GPL-2.0-only */
/* The action "check": looks at a machine before a kexec, or after one, and changes nothing. */
#ifndef KEXEC_CHECK_H
#define KEXEC_CHECK_H

#include <stdio.h>

#include "check/check_findings.h"
#include "cli/options.h"
#include "cli/report.h"

/*
 * Reads, evaluates and prints. STATUS_DONE without a problem, STATUS_UNPREPARED with one, or
 * if the result could not be made, with a message printed.
 */
enum exit_status check_action(const struct options *options, const struct root *root);

/* Prints facts and findings as text for people. */
void check_print_text(FILE *stream, const struct check_facts *facts,
		      const struct check_findings *findings);

/*
 * Prints them as one JSON object. What cannot be known is null. The library must have been
 * loaded (json_writer_begin).
 */
int check_print_json(FILE *stream, const struct check_facts *facts,
		     const struct check_findings *findings, struct error *err);

#endif
