/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages on stderr, and the exit status. All messages of kexec are printed here. */
#ifndef KEXEC_REPORT_H
#define KEXEC_REPORT_H

#include "util/error.h"
#include "util/strings.h"

/* The numbers of kexec-tools, which callers rely on. */
enum exit_status {
	STATUS_DONE = 0,
	STATUS_NOT_LOADED = 0,	 /* -S */
	STATUS_LOADED = 1,	 /* -S */
	STATUS_UNPREPARED = 1,	 /* wrong usage, or the load could not be prepared */
	STATUS_OTHER_CALL = 253, /* -s failed; kexec_load might work */
	STATUS_REFUSED = 255,	 /* the running kernel refused, or KERNEL is missing */
};

/*
 * Prints "kexec: ", prefix and text to stderr as one message. Control characters other
 * than newline are escaped; a message about an image lists its segments on further lines.
 */
void report_message(const char *prefix, const char *text);

/* Prints each text of a list as a message. */
void report_all(const char *prefix, const struct string_list *texts);

/* Prints the message of err and returns status, for "return report_error(…)". */
enum exit_status report_error(enum exit_status status, const struct error *err);

#endif
