/* SPDX-License-Identifier: GPL-2.0-only */
/* The time stamp counter of this CPU, read together with a clock of the kernel. */
#ifndef KEXEC_UTIL_TSC_H
#define KEXEC_UTIL_TSC_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* The counter and a clock at the same moment. { 0 }: the counter cannot be read. */
struct tsc_sample {
	uint64_t ticks;
	uint64_t time;	/* of the clock, nanoseconds */
	uint64_t doubt; /* ticks that passed while both were read */
};

/*
 * Reads counter and clock several times and keeps the pair that took the fewest ticks.
 * Leaves { 0 } if this process may not read the counter (PR_SET_TSC of prctl(2)), or if
 * the clock cannot be read.
 */
struct tsc_sample tsc_sample_take(clockid_t clock);

/*
 * Returns the counter's rate in Hz, from two samples of one clock. Returns 0 if a sample
 * is missing, or if the result could be wrong by more than 1 in 10000.
 */
uint64_t tsc_rate(const struct tsc_sample *first, const struct tsc_sample *last);

#endif
