// SPDX-License-Identifier: GPL-2.0-only
#include "util/tsc.h"

#include <sys/prctl.h>

/*
 * Attempts, of which the fastest is used: the others may have been interrupted. On an
 * emulated machine whose host is busy, eight of them sometimes were. A computer needs a
 * few microseconds for all.
 */
#define ATTEMPTS 64

/* One part in this many is the largest error of a rate. */
#define ACCURACY	       10000u

#define NANOSECONDS_PER_SECOND 1000000000u

static uint64_t read_counter(void)
{
	return __builtin_ia32_rdtsc();
}

/* False if the instruction would end the process with SIGSEGV. */
static bool may_read_counter(void)
{
	int allowed = PR_TSC_ENABLE;

	return prctl(PR_GET_TSC, &allowed, 0, 0, 0) < 0 || allowed == PR_TSC_ENABLE;
}

struct tsc_sample tsc_sample_take(clockid_t clock)
{
	struct tsc_sample best = { 0 };
	unsigned int i;

	if (!may_read_counter())
		return best;
	for (i = 0; i < ATTEMPTS; i++) {
		uint64_t before = read_counter(), after;
		struct timespec now;

		if (clock_gettime(clock, &now) < 0)
			return (struct tsc_sample){ 0 };
		after = read_counter();
		if (after <= before || (best.doubt && after - before >= best.doubt))
			continue;
		best = (struct tsc_sample){
			.ticks = before + (after - before) / 2,
			.time = (uint64_t)now.tv_sec * NANOSECONDS_PER_SECOND +
				(uint64_t)now.tv_nsec,
			.doubt = after - before,
		};
	}
	return best;
}

uint64_t tsc_rate(const struct tsc_sample *first, const struct tsc_sample *last)
{
	uint64_t ticks, time, doubt = first->doubt + last->doubt;
	uint64_t hertz;

	if (!first->doubt || !last->doubt || last->ticks <= first->ticks ||
	    last->time <= first->time)
		return 0;
	ticks = last->ticks - first->ticks;
	time = last->time - first->time;
	if (doubt > ticks / ACCURACY)
		return 0;
	hertz = (uint64_t)((long double)ticks * NANOSECONDS_PER_SECOND / time);
	return hertz;
}
