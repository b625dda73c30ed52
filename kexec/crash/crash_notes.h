/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the running kernel keeps the notes that it fills at a crash. */
#ifndef KEXEC_CRASH_NOTES_H
#define KEXEC_CRASH_NOTES_H

#include "crash/crash_facts.h"

/*
 * Fills facts->cpu_notes from /sys/devices/system/cpu. A CPU without a readable note is
 * left out with a line in facts->notes; a note that is none, or no note at all, is an
 * error. crash_facts_clear frees what was read, also after an error.
 */
int crash_notes_read_cpus(const struct root *root, struct crash_facts *facts,
			  struct error *err);

/* Fills facts->vmcoreinfo; without the file it stays empty, with a line in notes. */
int crash_notes_read_vmcoreinfo(const struct root *root, struct crash_facts *facts,
				struct error *err);

/* Adds a line for -d. Without memory the line is lost, nothing else. */
void crash_facts_note(struct crash_facts *facts, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
