// SPDX-License-Identifier: GPL-2.0-only
/* The record of purgatory as text for people and as JSON for programs. */
#include <inttypes.h>

#include "check/check.h"
#include "check/record_read.h"
#include "util/strings.h"
#include "util/utc.h"

static const char *const state_names[] = {
	[CHECK_RECORD_MISSING] = "missing",
	[CHECK_RECORD_UNUSABLE] = "unusable",
	[CHECK_RECORD_STALE] = "stale",
	[CHECK_RECORD_OURS] = "ours",
};

static void print_label(FILE *stream, const char *label)
{
	fprintf(stream, "%-20s ", label);
}

static void print_time(FILE *stream, const struct check_time *time, const char *what)
{
	if (time->known)
		fprintf(stream, "%" PRIu64 ".%06" PRIu64 " s %s",
			time->microseconds / 1000000, time->microseconds % 1000000, what);
	else
		fprintf(stream, "unknown %s", what);
}

static void print_load(FILE *stream, const struct record_load *load)
{
	char utc[UTC_TEXT_BYTES];

	utc_text(load->time, utc);
	print_label(stream, "Record");
	fprintf(stream, "kexec-efi %s loaded %s %s, on Linux %s, %" PRIx64 "\n",
		load->version,
		load->flags & RECORD_LOAD_CRASH ? "this capture kernel" : "this kernel",
		utc[0] ? utc : "at an unknown time", load->kernel, load->identity);
}

static void print_digests(FILE *stream, const struct kexec_record *record)
{
	print_label(stream, "Verified");
	if (record->run.digests == RECORD_DIGESTS_SKIPPED) {
		fputs("not at all (-i)\n", stream);
		return;
	}
	print_size(stream, record->load.verified_bytes, 0);
	fputs(", unchanged since the load\n", stream);
}

static void print_times(FILE *stream, const struct check_record *result)
{
	const uint64_t *stamps = result->record.run.stamps;

	print_label(stream, "Between the kernels");
	if (!(result->record.load.flags & RECORD_LOAD_STAMPS)) {
		fputs("unknown: purgatory must not read the time stamp counter here\n",
		      stream);
		return;
	}
	if (!result->tsc_hertz) {
		fprintf(stream,
			"%" PRIu64 " ticks in purgatory, of an unknown rate (%" PRIu64
			" to verify, %" PRIu64 " to map)\n",
			stamps[RECORD_AT_JUMP] - stamps[RECORD_AT_ENTRY],
			stamps[RECORD_AT_VERIFIED] - stamps[RECORD_AT_ENTRY],
			stamps[RECORD_AT_MAPPED] - stamps[RECORD_AT_VERIFIED]);
		return;
	}
	print_time(stream, &result->total, "in all: ");
	print_time(stream, &result->verify, "to verify, ");
	print_time(stream, &result->map, "to map, ");
	print_time(stream, &result->enter, "to leave purgatory, ");
	print_time(stream, &result->rest, "until this kernel's clock started\n");
}

static void print_areas(FILE *stream, const struct record_run *run)
{
	unsigned i;

	print_label(stream, "Pages mapped");
	fprintf(stream, "%" PRIu32 " were missing\n", run->pages_added);
	for (i = 0; i < RECORD_AREAS; i++) {
		const struct record_area *area = &run->areas[i];

		if (area->mapped)
			fprintf(stream,
				"    [" ADDRESS_FORMAT ", " ADDRESS_FORMAT
				")  %s, %" PRIu32 " added\n",
				area->start, area->end, record_step_name(i),
				area->pages_added);
	}
}

void check_record_print_text(FILE *stream, const struct check_record *record)
{
	if (record->state != CHECK_RECORD_OURS) {
		print_label(stream, "Record");
		fprintf(stream, "%s: %s\n", state_names[record->state], record->reason);
		return;
	}
	print_load(stream, &record->record.load);
	print_digests(stream, &record->record);
	print_times(stream, record);
	print_areas(stream, &record->record.run);
}

static void put_time(struct json_writer *writer, struct json_object *object,
		     const char *key, const struct check_time *time)
{
	if (time->known)
		json_put_size(writer, object, key, time->microseconds);
	else
		json_put_text(writer, object, key, NULL);
}

static struct json_object *times_json(struct json_writer *writer,
				      const struct check_record *record)
{
	struct json_object *object = json_object_new_object();

	put_time(writer, object, "verify", &record->verify);
	put_time(writer, object, "map", &record->map);
	put_time(writer, object, "enter", &record->enter);
	put_time(writer, object, "rest", &record->rest);
	put_time(writer, object, "total", &record->total);
	return object;
}

static struct json_object *stamps_json(struct json_writer *writer,
				       const struct kexec_record *record)
{
	static const char *const names[RECORD_MOMENTS] = {
		[RECORD_AT_ENTRY] = "entry",
		[RECORD_AT_VERIFIED] = "verified",
		[RECORD_AT_MAPPED] = "mapped",
		[RECORD_AT_JUMP] = "jump",
	};
	struct json_object *object = json_object_new_object();
	unsigned i;

	for (i = 0; i < RECORD_MOMENTS; i++)
		json_put_known_address(writer, object, names[i], record->run.stamps[i]);
	return object;
}

static struct json_object *mapped_json(struct json_writer *writer,
				       const struct record_run *run)
{
	struct json_object *array = json_object_new_array();
	unsigned i;

	for (i = 0; i < RECORD_AREAS; i++) {
		const struct record_area *area = &run->areas[i];
		struct json_object *object;

		if (!area->mapped)
			continue;
		object = json_object_new_object();
		json_put_text(writer, object, "what", record_step_name(i));
		json_put_address(writer, object, "start", area->start);
		json_put_address(writer, object, "end", area->end);
		json_put_size(writer, object, "pages_added", area->pages_added);
		json_append(writer, array, object);
	}
	return array;
}

static struct json_object *skipped_json(struct json_writer *writer,
					const struct kexec_record *record)
{
	struct json_object *array = json_object_new_array();
	uint32_t i;

	for (i = 0; i < record_skips(record); i++) {
		const struct record_skip *skip = &record->run.skips[i];
		struct json_object *object = json_object_new_object();

		json_put_size(writer, object, "step", skip->step);
		json_put_size(writer, object, "reason", skip->reason);
		json_put_text(writer, object, "step_name", record_step_name(skip->step));
		json_put_text(writer, object, "reason_text",
			      record_reason_text(skip->reason));
		json_put_address(writer, object, "value", skip->value);
		json_append(writer, array, object);
	}
	return array;
}

static struct json_object *load_json(struct json_writer *writer,
				     const struct kexec_record *record)
{
	const struct record_load *load = &record->load;
	struct json_object *object = json_object_new_object();
	char utc[UTC_TEXT_BYTES];

	utc_text(load->time, utc);
	json_put_address(writer, object, "identity", load->identity);
	json_put_text(writer, object, "version", load->version);
	json_put_text(writer, object, "kernel", load->kernel[0] ? load->kernel : NULL);
	json_put_text(writer, object, "boot_id", load->boot_id[0] ? load->boot_id : NULL);
	json_put_text(writer, object, "time", utc[0] ? utc : NULL);
	json_put_bool(writer, object, "on_crash", load->flags & RECORD_LOAD_CRASH);
	json_put_text(writer, object, "entry_mode", record_entry_mode_name(record));
	json_put_size(writer, object, "verified_bytes", load->verified_bytes);
	return object;
}

static struct json_object *kexec_json(struct json_writer *writer,
				      const struct check_record *result)
{
	const struct kexec_record *record = &result->record;
	struct json_object *object = json_object_new_object();

	json_put(writer, object, "load", load_json(writer, record));
	json_put_text(writer, object, "digests",
		      record->run.digests == RECORD_DIGESTS_EQUAL ? "equal" : "skipped");
	json_put_size(writer, object, "config_tables", record->run.config_tables);
	json_put_size(writer, object, "pages_added", record->run.pages_added);
	json_put(writer, object, "mapped", mapped_json(writer, &record->run));
	json_put_size(writer, object, "skip_count", record->run.skip_count);
	json_put(writer, object, "skipped", skipped_json(writer, record));
	json_put(writer, object, "stamps", stamps_json(writer, record));
	if (result->tsc_hertz)
		json_put_size(writer, object, "tsc_hertz", result->tsc_hertz);
	else
		json_put_text(writer, object, "tsc_hertz", NULL);
	json_put(writer, object, "microseconds", times_json(writer, result));
	return object;
}

struct json_object *check_record_json(struct json_writer *writer,
				      const struct check_record *record)
{
	struct json_object *object = json_object_new_object();
	bool ours = record->state == CHECK_RECORD_OURS;

	json_put_text(writer, object, "state", state_names[record->state]);
	json_put_text(writer, object, "reason", ours ? NULL : record->reason);
	if (ours)
		json_put(writer, object, "kexec", kexec_json(writer, record));
	else
		json_put_text(writer, object, "kexec", NULL);
	return object;
}
