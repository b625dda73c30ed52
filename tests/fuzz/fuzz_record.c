// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzer: any bytes as the record of purgatory, on a machine that was kexec'ed. */
#include "check/check.h"
#include "check/record_read.h"
#include "fuzz.h"

static void check_values(const struct kexec_record *record)
{
	unsigned i;

	must(memchr(record->load.version, '\0', RECORD_TEXT_BYTES));
	must(memchr(record->load.kernel, '\0', RECORD_TEXT_BYTES));
	must(memchr(record->load.boot_id, '\0', RECORD_TEXT_BYTES));
	must(record_skips(record) <= RECORD_SKIPS_MAX);
	for (i = 1; i < RECORD_MOMENTS; i++)
		must(record->run.stamps[i - 1] <= record->run.stamps[i]);
	for (i = 0; i < RECORD_AREAS; i++)
		must(record->run.areas[i].start <= record->run.areas[i].end);
	for (i = 0; i < record_skips(record); i++)
		must(record_step_name(record->run.skips[i].step) &&
		     record_reason_text(record->run.skips[i].reason));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A buffer of exactly this length, so that ASan notices a byte too far. */
	_cleanup_free_ uint8_t *copy = malloc(size ? size : 1);
	struct incoming_setup_data node = { RECORD_SETUP_DATA_TYPE, copy, size };
	struct machine machine = { .has_boot_params = true,
				   .setup_data = &node,
				   .setup_data_count = 1 };
	struct bytes bytes = { copy, size };
	const struct check_clock clock = { { 1, 1, 1 },
					   { 2000000001, 1000000001, 1 },
					   { 3000000000, 1000000000, 1 } };
	struct check_record result;
	struct kexec_record record;
	const char *defect = NULL;
	FILE *stream = fopen("/dev/null", "w");
	bool usable;

	must(copy && stream);
	memcpy(copy, data, size);
	usable = record_read(bytes, &record, &defect);
	must(usable == !defect);
	if (usable)
		check_values(&record);
	check_record_find(&machine, true, &clock, &result);
	must((result.state == CHECK_RECORD_UNUSABLE) == !usable);
	must((result.state == CHECK_RECORD_OURS) == !result.reason);
	if (result.total.known)
		must(result.total.microseconds >= result.rest.microseconds);
	check_record_print_text(stream, &result);
	fclose(stream);
	return 0;
}
