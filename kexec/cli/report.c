// SPDX-License-Identifier: GPL-2.0-only
/* Prints messages on stderr. */
#include "cli/report.h"

#include <stdio.h>
#include <string.h>

void report_message(const char *prefix, const char *text)
{
	fprintf(stderr, "kexec: %s", prefix);
	print_escaped_but(stderr, text, "\n");
	fputc('\n', stderr);
}

enum exit_status report_error(enum exit_status status, const struct error *err)
{
	report_message("", err->message ? err->message : strerror(err->number));
	return status;
}

void report_all(const char *prefix, const struct string_list *texts)
{
	size_t i;

	for (i = 0; i < texts->count; i++)
		report_message(prefix, texts->items[i]);
}
