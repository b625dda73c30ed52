// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log of Linux 3.5 to 5.9 (their kernel/printk/printk.c, struct printk_log; struct
 * log until 3.10). One buffer holds the records, each a header, text and a dictionary.
 * log_first_idx and log_next_idx are offsets into the buffer. A header whose length is 0
 * means that the next record is at the start of the buffer.
 */
#include <errno.h>
#include <inttypes.h>

#include "log_formats.h"
#include "vmcoreinfo.h"

/* The layout of a header, in bytes, from VMCOREINFO. */
struct layout {
	uint64_t size, time, length, text_length;
};

struct buffer {
	struct log *log;
	struct layout layout;
	uint64_t address; /* virtual */
	uint32_t size, first, next;
};

struct record {
	uint64_t time;
	uint16_t length; /* of header, text and dictionary; 0 at the end of the buffer */
	uint16_t text_length;
};

static int read_layout(const char *info, struct layout *layout, struct error *err)
{
	const struct vmcoreinfo_field fields[] = {
		{ "SIZE(printk_log)", &layout->size },
		{ "OFFSET(printk_log.ts_nsec)", &layout->time },
		{ "OFFSET(printk_log.len)", &layout->length },
		{ "OFFSET(printk_log.text_len)", &layout->text_length },
	};
	const struct vmcoreinfo_field old_fields[] = {
		{ "SIZE(log)", &layout->size },
		{ "OFFSET(log.ts_nsec)", &layout->time },
		{ "OFFSET(log.len)", &layout->length },
		{ "OFFSET(log.text_len)", &layout->text_length },
	};

	return vmcoreinfo_get(info,
			      vmcoreinfo_has(info, "SIZE(log)") ? old_fields : fields,
			      sizeof(fields) / sizeof(fields[0]), err);
}

static int read_buffer(struct buffer *buffer, struct error *err)
{
	uint64_t address = 0, size = 0, first = 0, next = 0;
	const struct vmcoreinfo_field fields[] = {
		{ "SYMBOL(log_buf)", &address },
		{ "SYMBOL(log_buf_len)", &size },
		{ "SYMBOL(log_first_idx)", &first },
		{ "SYMBOL(log_next_idx)", &next },
	};
	struct vmcore *core = buffer->log->core;
	const char *info = buffer->log->info;
	int rc;

	rc = vmcoreinfo_get(info, fields, sizeof(fields) / sizeof(fields[0]), err);
	if (!rc)
		rc = read_layout(info, &buffer->layout, err);
	if (rc < 0)
		return error_wrap(err, "%s", core->name);
	rc = vmcore_read_u64(core, address, &buffer->address, err);
	if (!rc)
		rc = vmcore_read_u32(core, size, &buffer->size, err);
	if (!rc)
		rc = vmcore_read_u32(core, first, &buffer->first, err);
	if (!rc)
		rc = vmcore_read_u32(core, next, &buffer->next, err);
	if (rc < 0)
		return rc;
	if (!buffer->size || buffer->size > LOG_BYTES_MAX ||
	    buffer->first >= buffer->size || buffer->next > buffer->size)
		return error_set(err, EINVAL,
				 "%s: no log at 0x%" PRIx64 ": records from %" PRIu32
				 " to %" PRIu32 " in a buffer of %" PRIu32 " bytes",
				 core->name, buffer->address, buffer->first, buffer->next,
				 buffer->size);
	return 0;
}

static int read_record(const struct buffer *buffer, uint64_t index, struct record *record,
		       struct error *err)
{
	const struct layout *layout = &buffer->layout;
	uint8_t raw[VMCOREINFO_SIZE_MAX];
	struct bytes header = { raw, layout->size };
	int rc;

	rc = vmcore_read(buffer->log->core, buffer->address + index, raw, header.size,
			 err);
	if (rc < 0)
		return rc;
	if (bytes_u64(header, layout->time, &record->time) < 0 ||
	    bytes_u16(header, layout->length, &record->length) < 0 ||
	    bytes_u16(header, layout->text_length, &record->text_length) < 0)
		return error_set(err, EINVAL,
				 "%s: VMCOREINFO: the header of a record is too small "
				 "for its fields",
				 buffer->log->core->name);
	return 0;
}

/* The length leads to the next record, so a wrong one ends the log. */
static int require_length(const struct buffer *buffer, uint64_t index,
			  const struct record *record, struct error *err)
{
	if (record->length >= buffer->layout.size &&
	    record->length <= buffer->size - index)
		return 0;
	return error_set(err, EINVAL,
			 "%s: the log is damaged: a record of %u bytes at %" PRIu64
			 " in a buffer of %" PRIu32,
			 buffer->log->core->name, record->length, index, buffer->size);
}

static int print_record(const struct buffer *buffer, uint64_t index,
			const struct record *record, uint8_t *text, struct error *err)
{
	uint64_t header = buffer->layout.size;

	if (record->text_length > record->length - header)
		return log_skip_damaged(buffer->log, err);
	if (vmcore_read(buffer->log->core, buffer->address + index + header, text,
			record->text_length, NULL) < 0)
		return log_skip_damaged(buffer->log, err);
	log_put_record(buffer->log, record->time,
		       (struct bytes){ text, record->text_length });
	return 0;
}

int log_print_records(struct log *log, struct error *err)
{
	_cleanup_free_ uint8_t *text = malloc(UINT16_MAX);
	struct buffer buffer = { .log = log };
	bool wrapped = false;
	uint64_t index;
	int rc;

	if (!text)
		return error_no_memory(err);
	rc = read_buffer(&buffer, err);
	if (rc < 0)
		return rc;
	for (index = buffer.first; index != buffer.next && !ferror(log->stream);) {
		struct record record = { 0 };

		rc = read_record(&buffer, index, &record, err);
		if (!rc && !record.length && !wrapped) {
			wrapped = true;
			index = 0;
			continue;
		}
		if (!rc)
			rc = require_length(&buffer, index, &record, err);
		if (!rc)
			rc = print_record(&buffer, index, &record, text, err);
		if (rc < 0)
			return rc;
		index += record.length;
		if (index >= buffer.size && index != buffer.next)
			return error_set(err, EINVAL,
					 "%s: the log is damaged: it does not end",
					 log->core->name);
	}
	return 0;
}
