// SPDX-License-Identifier: GPL-2.0-only
/* Prints records and text of a log: see log.h for the contract. */
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define NSEC_PER_SEC  UINT64_C(1000000000)
#define NSEC_PER_USEC UINT64_C(1000)

/*
 * The kernel stores control characters unchanged, and some encodings have control
 * characters among the bytes above ASCII. A tab is harmless.
 */
void log_put_text(struct log *log, struct bytes text)
{
	size_t i;

	for (i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];

		if ((c >= ' ' && c <= '~') || c == '\t' || c == '\n')
			fputc(c, log->stream);
		else
			fprintf(log->stream, "\\x%02x", c);
	}
}

static void put_line(struct log *log, uint64_t time, struct bytes line)
{
	fprintf(log->stream, "[%5" PRIu64 ".%06" PRIu64 "] ", time / NSEC_PER_SEC,
		time % NSEC_PER_SEC / NSEC_PER_USEC);
	log_put_text(log, line);
	fputc('\n', log->stream);
}

void log_put_record(struct log *log, uint64_t time, struct bytes text)
{
	const uint8_t *end;

	while (text.size && (end = memchr(text.data, '\n', text.size))) {
		size_t length = (size_t)(end - text.data);

		put_line(log, time, (struct bytes){ text.data, length });
		text.data += length + 1;
		text.size -= length + 1;
	}
	put_line(log, time, text);
	log->printed++;
}

int log_skip_damaged(struct log *log, struct error *err)
{
	if (++log->damaged <= LOG_DAMAGED_MAX)
		return 0;
	return error_set(err, EINVAL,
			 "%s: the log is damaged: %" PRIu64 " records could be read, "
			 "more than %u could not",
			 log->core->name, log->printed, LOG_DAMAGED_MAX);
}
