/* SPDX-License-Identifier: GPL-2.0-only */
/* How kexec speaks to its caller: messages on stderr, and the exit status. */
#ifndef KEXEC_REPORT_H
#define KEXEC_REPORT_H

#include "util/error.h"
#include "util/strings.h"

/* kexec-tools' numbers, which callers know. */
enum exit_status {
	STATUS_DONE = 0,
	STATUS_NOT_LOADED = 0,	 /* -S */
	STATUS_LOADED = 1,	 /* -S */
	STATUS_UNPREPARED = 1,	 /* wrong usage, or the load could not be prepared */
	STATUS_OTHER_CALL = 253, /* -s, and kexec_load might have taken it */
	STATUS_REFUSED = 255,	 /* the running kernel said no, or nothing was asked */
};

/*
 * Prints "kexec: PREFIX TEXT" to stderr, control characters escaped. A text may have further
 * lines, with the segments of an image.
 */
void report_message(const char *prefix, const char *text);

/* The same for each text of a list. */
void report_all(const char *prefix, const struct string_list *texts);

/* Prints an error and returns status, for "return report_error(…)". */
enum exit_status report_error(enum exit_status status, const struct error *err);

#endif
