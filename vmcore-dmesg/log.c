// SPDX-License-Identifier: GPL-2.0-only
/* What the formats of the log have in common: see log.h for the contract. */
#include "log.h"

#include <errno.h>
#include <inttypes.h>

#include "vmcoreinfo.h"

#define NSEC_PER_SEC  UINT64_C(1000000000)
#define NSEC_PER_USEC UINT64_C(1000)

int log_print(struct log *log, struct error *err)
{
	if (vmcoreinfo_has(log->info, "SYMBOL(prb)"))
		return log_print_ringbuffer(log, err);
	if (vmcoreinfo_has(log->info, "SYMBOL(log_first_idx)"))
		return log_print_records(log, err);
	if (vmcoreinfo_has(log->info, "SYMBOL(log_end)"))
		return log_print_plain(log, err);
	return error_set(err, ENOENT,
			 "%s: its VMCOREINFO names no log (prb, log_first_idx or "
			 "log_end); was that kernel built with CONFIG_PRINTK?",
			 log->core->name);
}

/*
 * The kernel stores control characters as they are. A tab does no harm; bytes above ASCII
 * may be UTF-8 or not, and control characters in some encodings.
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
			 "%s: the log is damaged: %" PRIu64 " records could be read, and "
			 "more than %u not",
			 log->core->name, log->printed, LOG_DAMAGED_MAX);
}
