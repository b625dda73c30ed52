// SPDX-License-Identifier: GPL-2.0-only
/* The error object: see error.h for the contract. */
#include "util/error.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

void error_clear(struct error *err)
{
	free(err->message);
	*err = (struct error){ 0 };
}

int error_set(struct error *err, int number, const char *format, ...)
{
	char *message;
	va_list args;
	int length;

	if (!err)
		return -number;
	va_start(args, format);
	length = vasprintf(&message, format, args);
	va_end(args);
	error_clear(err);
	err->number = number;
	if (length >= 0)
		err->message = message;
	return -number;
}

int error_wrap(struct error *err, const char *format, ...)
{
	_cleanup_free_ char *context = NULL;
	char *message;
	va_list args;
	int length;

	if (!err)
		return -EINVAL;
	va_start(args, format);
	length = vasprintf(&context, format, args);
	va_end(args);
	if (length < 0) {
		context = NULL;
		return -err->number;
	}
	if (asprintf(&message, "%s: %s", context,
		     err->message ? err->message : strerror(err->number)) < 0)
		return -err->number;
	free(err->message);
	err->message = message;
	return -err->number;
}

int error_no_memory(struct error *err)
{
	return error_set(err, ENOMEM, "out of memory");
}
