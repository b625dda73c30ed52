// SPDX-License-Identifier: GPL-2.0-only
#include "wait.h"

#include <stdbool.h>

#include "cpu.h"

/* MC146818 real-time clock: index and data port; register 0 has the seconds. */
#define CLOCK_INDEX   0x70
#define CLOCK_DATA    0x71
#define CLOCK_SECONDS 0

/*
 * A clock whose second has not changed after so many ticks of the time stamp counter
 * stands still: 7 seconds at 5 GHz, 34 at 1 GHz. Reads are not counted: on hardware one
 * takes a microsecond, on an emulated machine a twentieth of that.
 */
#define CLOCK_PATIENCE (1ull << 35)

static uint8_t read_seconds(void)
{
	port_write(CLOCK_INDEX, CLOCK_SECONDS);
	return port_read(CLOCK_DATA);
}

/* A value that is read twice was not read in the middle of a change. */
static uint8_t read_settled_seconds(void)
{
	uint8_t last, now = read_seconds();
	unsigned int patience = 100;

	do {
		last = now;
		now = read_seconds();
	} while (now != last && --patience);
	return now;
}

static void wait_for_ticks(uint64_t ticks)
{
	uint64_t begin = read_tsc();

	while (read_tsc() - begin < ticks)
		relax();
}

/* Returns whether the clock's second has changed. */
static bool wait_for_change(void)
{
	uint64_t begin = read_tsc();
	uint8_t before = read_settled_seconds();

	while (read_tsc() - begin < CLOCK_PATIENCE)
		if (read_settled_seconds() != before)
			return true;
	return false;
}

void wait_for_reader(const struct purgatory_wait *wait)
{
	uint32_t seconds = wait->seconds;

	if (seconds > PURGATORY_WAIT_MAX)
		seconds = PURGATORY_WAIT_MAX;
	if (seconds && wait->ticks)
		wait_for_ticks(wait->ticks);
	else
		while (seconds && wait_for_change())
			seconds--;
}
