/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far a load is. Whoever does what may take long reports it to a struct progress that it
 * was given; what becomes of that is the giver's business. kexec draws a bar on a terminal.
 */
#ifndef KEXEC_PROGRESS_H
#define KEXEC_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

/* Somebody to report to. Called by the thread that began the work, by no other. */
struct progress {
	/* what: a static text; done of total bytes, 0 to total. */
	void (*step)(void *context, const char *what, uint64_t done, uint64_t total);
	void *context;
};

/* Reports, if there is somebody to report to: progress may be NULL. */
static inline void progress_step(const struct progress *progress, const char *what,
				 uint64_t done, uint64_t total)
{
	if (progress)
		progress->step(progress->context, what, done, total);
}

/* A load that is over before that shows no bar. */
#define PROGRESS_DELAY_MS 500u

/* Milliseconds from any point in the past on. */
typedef uint64_t progress_clock(void);

/* That of this machine, which nobody sets. */
progress_clock progress_monotonic_clock;

struct progress_bar {
	struct progress progress; /* to be handed on */
	FILE *stream;
	unsigned int columns;
	progress_clock *clock;
	uint64_t begun;	      /* by the clock */
	unsigned int drawn;   /* as many columns stand there; 0: nothing */
	unsigned int percent; /* what they say */
	const char *what;
};

/*
 * How many columns a bar may have on this file descriptor: those of the terminal, 80 if it
 * does not say; 0 if it is none, or another job has it.
 */
unsigned int progress_columns(int fd);

/* Begins a bar on stream, which shows nothing yet; columns 0: nothing ever. */
void progress_bar_begin(struct progress_bar *bar, FILE *stream, unsigned int columns,
			progress_clock *clock);

/* Takes away what was drawn. To be called before anything else is printed there. */
void progress_bar_clear(struct progress_bar *bar);

#endif
