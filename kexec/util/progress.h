/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reports on the progress of long work. The code that does the work gets a struct
 * progress and calls its function; its caller decides how to show the reports.
 */
#ifndef KEXEC_PROGRESS_H
#define KEXEC_PROGRESS_H

#include <stdint.h>

struct progress {
	/*
	 * what: static text that names the work; done: bytes so far, from 0 to total.
	 * Called only by the thread that began the work.
	 */
	void (*step)(void *context, const char *what, uint64_t done, uint64_t total);
	void *context;
};

/* Reports a step. progress may be NULL: then nothing is reported. */
static inline void progress_step(const struct progress *progress, const char *what,
				 uint64_t done, uint64_t total)
{
	if (progress)
		progress->step(progress->context, what, done, total);
}

#endif
