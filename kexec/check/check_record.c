// SPDX-License-Identifier: GPL-2.0-only
#include "check/check_record.h"

#include <stddef.h>
#include <string.h>

#include "abi/boot_protocol.h"
#include "check/record_read.h"

#define MEASURE_NANOSECONDS 20000000

/* The loader's rate and the one measured here must agree to one part in this many. */
#define RATES_AGREE 1000u

/*
 * The clock that counts from the kernel's first time stamp on runs up to 500 ppm faster
 * or slower than the counter (NTP), and a measured rate is wrong by up to 100 ppm. When
 * this adds up to more than a tenth of a second, the distance is not known any more.
 */
#define DRIFT_PER_MILLION  600u
#define DRIFT_MICROSECONDS 100000u

/* A kernel takes seconds at most from its entry to its first time stamp. */
#define REST_MICROSECONDS 60000000u

#define MICROSECONDS	  1000000u

void check_clock_read(bool live, struct check_clock *clock)
{
	const struct timespec pause = { 0, MEASURE_NANOSECONDS };

	*clock = (struct check_clock){ 0 };
	if (!live)
		return;
	clock->first = tsc_sample_take(CLOCK_MONOTONIC_RAW);
	if (!clock->first.doubt || nanosleep(&pause, NULL) < 0)
		return;
	clock->last = tsc_sample_take(CLOCK_MONOTONIC_RAW);
	clock->now = tsc_sample_take(CLOCK_BOOTTIME);
}

/*
 * On this machine the rate must be measured in both kernels, with the same result. A
 * recorded machine has only the loader's measurement.
 */
static uint64_t find_rate(const struct record_load *load, const struct check_clock *clock)
{
	uint64_t here, difference;

	if (!(load->flags & RECORD_LOAD_STAMPS) || !clock->now.doubt)
		return load->flags & RECORD_LOAD_STAMPS ? load->tsc_hertz : 0;
	here = tsc_rate(&clock->first, &clock->last);
	difference = here > load->tsc_hertz ? here - load->tsc_hertz
					    : load->tsc_hertz - here;
	return load->tsc_hertz && difference <= here / RATES_AGREE ? here : 0;
}

/* ticks: from one stamp to a later one. Unknown if it is more than ten years. */
static struct check_time time_of(uint64_t ticks, uint64_t hertz)
{
	long double microseconds = hertz ? (long double)ticks * MICROSECONDS / hertz : 0;

	if (!hertz || microseconds > 3e14L)
		return (struct check_time){ 0 };
	return (struct check_time){ true, (uint64_t)microseconds };
}

/*
 * The time from the jump to the moment from which the kernel's clock counts. A result
 * below 0 by more than the drift is false.
 */
static struct check_time time_until_kernel(const struct check_record *result,
					   const struct check_clock *clock)
{
	uint64_t jump = result->record.run.stamps[RECORD_AT_JUMP];
	struct check_time since_jump, rest = { 0 };
	uint64_t uptime = clock->now.time / 1000;
	uint64_t drift = uptime / MICROSECONDS * DRIFT_PER_MILLION;

	if (!clock->now.doubt || clock->now.ticks < jump || drift > DRIFT_MICROSECONDS)
		return rest;
	since_jump = time_of(clock->now.ticks - jump, result->tsc_hertz);
	if (!since_jump.known || since_jump.microseconds + drift < uptime)
		return rest;
	rest.known = true;
	if (since_jump.microseconds > uptime)
		rest.microseconds = since_jump.microseconds - uptime;
	return rest;
}

static void find_times(const struct check_clock *clock, struct check_record *result)
{
	const uint64_t *stamps = result->record.run.stamps;
	uint64_t hertz = find_rate(&result->record.load, clock);
	struct check_time until_jump;

	result->tsc_hertz = hertz;
	result->verify =
		time_of(stamps[RECORD_AT_VERIFIED] - stamps[RECORD_AT_ENTRY], hertz);
	result->map =
		time_of(stamps[RECORD_AT_MAPPED] - stamps[RECORD_AT_VERIFIED], hertz);
	result->enter = time_of(stamps[RECORD_AT_JUMP] - stamps[RECORD_AT_MAPPED], hertz);
	until_jump = time_of(stamps[RECORD_AT_JUMP] - stamps[RECORD_AT_ENTRY], hertz);
	result->rest = time_until_kernel(result, clock);
	if (until_jump.known && result->rest.known)
		result->total =
			(struct check_time){ true, until_jump.microseconds +
							   result->rest.microseconds };
}

/*
 * Returns why the record is about an earlier kexec, or NULL. Another program may have
 * copied the node, or the pointer to the whole list. It then chose other places for
 * command line, initrd and list.
 */
static const char *find_stale(const struct machine *machine, bool kexeced,
			      const struct kexec_record *record)
{
	const struct record_load *load = &record->load;
	struct boot_params boot_params;
	uint64_t command_line, initrd;

	memcpy(&boot_params, machine->boot_params, sizeof(boot_params));
	command_line = boot_params.hdr.cmd_line_ptr |
		       (uint64_t)boot_params.ext_cmd_line_ptr << 32;
	initrd = boot_params.hdr.ramdisk_image | (uint64_t)boot_params.ext_ramdisk_image
							 << 32;
	if (!kexeced)
		return "the running kernel was not started by kexec";
	if (!machine->has_boot_params)
		return "boot_params cannot be read";
	if (load->command_line != command_line || load->initrd != initrd ||
	    load->setup_data != boot_params.hdr.setup_data)
		return "the running kernel got other boot parameters than the record names";
	if (machine->boot_id && load->boot_id[0] &&
	    !strncmp(machine->boot_id, load->boot_id, RECORD_TEXT_BYTES))
		return "it was made for a kernel that the running one loaded";
	return NULL;
}

/* Returns why the times contradict the record, or NULL. */
static const char *find_other_time(const struct check_record *result,
				   const struct check_clock *clock)
{
	if (clock->now.doubt &&
	    clock->now.ticks < result->record.run.stamps[RECORD_AT_JUMP])
		return "its time stamps lie in the future";
	if (result->rest.known && result->rest.microseconds > REST_MICROSECONDS)
		return "more than a minute passed between its last time stamp and the "
		       "first one of the running kernel";
	return NULL;
}

static void examine(const struct machine *machine, bool kexeced,
		    const struct incoming_setup_data *node,
		    const struct check_clock *clock, struct check_record *result)
{
	struct bytes data = { node->data, node->size };

	*result = (struct check_record){ .state = CHECK_RECORD_UNUSABLE };
	if (!record_read(data, &result->record, &result->reason))
		return;
	result->state = CHECK_RECORD_STALE;
	result->reason = find_stale(machine, kexeced, &result->record);
	if (result->reason)
		return;
	find_times(clock, result);
	result->reason = find_other_time(result, clock);
	if (!result->reason)
		result->state = CHECK_RECORD_OURS;
}

void check_record_find(const struct machine *machine, bool kexeced,
		       const struct check_clock *clock, struct check_record *result)
{
	size_t i;

	*result = (struct check_record){ .state = CHECK_RECORD_MISSING };
	result->reason = kexeced ? "another program has started the running kernel, or "
				   "kexec_file_load has loaded it"
				 : "the running kernel was not started by kexec";
	/* Of several, the one that is about the running kernel is used. */
	for (i = 0; i < machine->setup_data_count; i++) {
		const struct incoming_setup_data *node = &machine->setup_data[i];

		if (node->type != RECORD_SETUP_DATA_TYPE)
			continue;
		examine(machine, kexeced, node, clock, result);
		if (result->state == CHECK_RECORD_OURS)
			break;
	}
}
