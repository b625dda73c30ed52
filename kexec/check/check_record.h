/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The time between the last kernel and this one, by the record that purgatory has left
 * (purgatory/record.h), for --check=after. Nothing in a record is trusted.
 */
#ifndef KEXEC_CHECK_RECORD_H
#define KEXEC_CHECK_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/machine.h"
#include "purgatory/record.h"
#include "util/tsc.h"

enum check_record_state {
	CHECK_RECORD_MISSING,  /* the running kernel got no record */
	CHECK_RECORD_UNUSABLE, /* damaged, or of another version */
	CHECK_RECORD_STALE,    /* about an earlier kexec, copied by another program */
	CHECK_RECORD_OURS,     /* about the kexec that started the running kernel */
};

/* A time in microseconds. */
struct check_time {
	bool known;
	uint64_t microseconds;
};

struct check_record {
	enum check_record_state state;
	const char *reason;	    /* why it is not OURS, without a full stop; static */
	struct kexec_record record; /* if it is OURS or STALE */
	/* If it is OURS. */
	uint64_t tsc_hertz;		      /* 0: unknown */
	struct check_time verify, map, enter; /* until the stamps of purgatory */
	struct check_time rest;	 /* from the jump to the new kernel's first time stamp */
	struct check_time total; /* of these four */
};

/* The time stamp counter of the running kernel; all { 0 } on a recorded machine. */
struct check_clock {
	struct tsc_sample first, last; /* with CLOCK_MONOTONIC_RAW */
	struct tsc_sample now;	       /* with CLOCK_BOOTTIME */
};

/* Measures for 20 ms if the machine is this one. */
void check_clock_read(bool live, struct check_clock *clock);

/*
 * Finds the record among the machine's setup_data. kexeced: whether type_of_loader says
 * that kexec has started the running kernel.
 */
void check_record_find(const struct machine *machine, bool kexeced,
		       const struct check_clock *clock, struct check_record *result);

#endif
