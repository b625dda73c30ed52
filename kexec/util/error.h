/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The error object. A function that can fail returns 0 or a negative errno and takes a
 * struct error as its last argument. The message is formed where the cause is known: it
 * names the file or system call, the value, the reason and, if possible, the next step.
 * Only the actions print it. On success the object is unchanged.
 */
#ifndef KEXEC_UTIL_ERROR_H
#define KEXEC_UTIL_ERROR_H

#include "util/cleanup.h"

/*
 * On functions whose result says whether the rest is valid: the compiler wants it used.
 */
#define __must_check __attribute__((warn_unused_result))

struct error {
	int number;    /* positive errno, 0 without an error */
	char *message; /* one or more lines without a final newline; owned */
};

/* Frees the message; the object can be used again. */
void error_clear(struct error *err);

#define _cleanup_error_ _cleanup_(error_clear)

/*
 * Sets the message, replacing one that is already there.
 * number: positive errno. err may be NULL when the caller does not want the text.
 * Returns -number, so that a caller can write "return error_set(...)".
 */
int error_set(struct error *err, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " before the message; returns -err->number. */
int error_wrap(struct error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The message for out of memory; returns -ENOMEM. */
int error_no_memory(struct error *err);

#endif
