// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log of Linux up to 3.4 (their kernel/printk.c): a ring of text whose size is a
 * power of two. log_end counts all bytes ever written.
 */
#include <errno.h>
#include <inttypes.h>

#include "log_formats.h"
#include "vmcoreinfo.h"

#define PIECE_BYTES 4096u

struct buffer {
	uint64_t address; /* virtual */
	uint32_t size, end;
};

static int read_buffer(const struct log *log, struct buffer *buffer, struct error *err)
{
	uint64_t address = 0, size = 0, end = 0;
	const struct vmcoreinfo_field fields[] = {
		{ "SYMBOL(log_buf)", &address },
		{ "SYMBOL(log_buf_len)", &size },
		{ "SYMBOL(log_end)", &end },
	};
	int rc;

	rc = vmcoreinfo_get(log->info, fields, sizeof(fields) / sizeof(fields[0]), err);
	if (rc < 0)
		return error_wrap(err, "%s", log->core->name);
	rc = vmcore_read_u64(log->core, address, &buffer->address, err);
	if (!rc)
		rc = vmcore_read_u32(log->core, size, &buffer->size, err);
	if (!rc)
		rc = vmcore_read_u32(log->core, end, &buffer->end, err);
	if (rc < 0)
		return rc;
	if (!is_power_of_two(buffer->size) || buffer->size > LOG_BYTES_MAX)
		return error_set(err, EINVAL,
				 "%s: no log at 0x%" PRIx64
				 ": its buffer would have %" PRIu32
				 " bytes, not a power of two up to 2^31",
				 log->core->name, buffer->address, buffer->size);
	return 0;
}

/*
 * VMCOREINFO also names logged_chars, the characters since the last dmesg -c. It is not
 * used, because the text before it is still in the buffer and is printed as well.
 */
int log_print_plain(struct log *log, struct error *err)
{
	struct buffer buffer = { 0 };
	uint8_t text[PIECE_BYTES];
	uint64_t left;
	int rc;

	rc = read_buffer(log, &buffer, err);
	if (rc < 0)
		return rc;
	left = buffer.end < buffer.size ? buffer.end : buffer.size;
	while (left && !ferror(log->stream)) {
		uint64_t start = (buffer.end - left) & (buffer.size - 1);
		uint64_t length = buffer.size - start;

		if (length > left)
			length = left;
		if (length > sizeof(text))
			length = sizeof(text);
		rc = vmcore_read(log->core, buffer.address + start, text, length, err);
		if (rc < 0)
			return rc;
		log_put_text(log, (struct bytes){ text, length });
		left -= length;
	}
	return 0;
}
