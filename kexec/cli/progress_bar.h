/* SPDX-License-Identifier: GPL-2.0-only */
/* The bar that shows on a terminal how far a load is. */
#ifndef KEXEC_PROGRESS_BAR_H
#define KEXEC_PROGRESS_BAR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/progress.h"

/* A load that takes less time than this shows no bar. */
#define PROGRESS_DELAY_MS 500u

/* Returns the milliseconds since a fixed moment in the past. */
typedef uint64_t progress_clock(void);

/* CLOCK_MONOTONIC, which jumps neither back nor forth when the time is set. */
progress_clock progress_monotonic_clock;

struct progress_bar {
	struct progress progress; /* pass this one to the load */
	pthread_mutex_t lock;	  /* of the members from drawn on, and of the stream */
	FILE *stream;
	unsigned int columns;
	progress_clock *clock;
	uint64_t begun;	      /* by the clock, in milliseconds */
	unsigned int drawn;   /* columns that are on the terminal; 0 without a bar */
	unsigned int percent; /* as drawn */
	const char *what;     /* as drawn */
	bool waits;	      /* between progress_bar_wait and progress_bar_clear */
	unsigned int seconds; /* of waiting, as drawn */
	uint64_t wait_begun;  /* by the clock, in milliseconds */
};

/*
 * Returns how many columns a bar may take on a file descriptor: those of the terminal, 80
 * if it does not tell; 0 if it is not a terminal, or belongs to another job.
 */
unsigned int progress_columns(int fd);

/* Prepares a bar for stream without drawing it. With 0 columns it is never drawn. */
void progress_bar_begin(struct progress_bar *bar, FILE *stream, unsigned int columns,
			progress_clock *clock);

/*
 * Begins work whose progress cannot be measured. what: static text that names it.
 * progress_bar_tick then shows it with the seconds that it takes.
 */
void progress_bar_wait(struct progress_bar *bar, const char *what);

/* Draws such work anew, else does nothing. Any thread may call it. */
void progress_bar_tick(struct progress_bar *bar);

/*
 * Erases the bar and ends work that progress_bar_wait has begun. Call it before anything
 * else is printed to the stream.
 */
void progress_bar_clear(struct progress_bar *bar);

/*
 * Erases the bar, and lets other threads wait that would draw or clear it, until
 * progress_bar_release. For a process that is about to end.
 */
void progress_bar_hold(struct progress_bar *bar);
void progress_bar_release(struct progress_bar *bar);

#endif
