/* SPDX-License-Identifier: GPL-2.0-only */
/* The addresses of the notes that the running kernel fills at a crash. */
#ifndef KEXEC_CRASH_NOTES_H
#define KEXEC_CRASH_NOTES_H

#include "crash/crash_facts.h"

/*
 * Fills facts->cpu_notes from /sys/devices/system/cpu. A CPU without a readable note is
 * left out with a line in facts->notes. -EINVAL if a note is invalid, -ENODATA if no CPU
 * has one. crash_facts_clear frees what was read, also after an error.
 */
__must_check int crash_notes_read_cpus(const struct root *root, struct crash_facts *facts,
				       struct error *err);

/*
 * Fills facts->vmcoreinfo. Without the file it stays empty, with a line in facts->notes.
 * -EINVAL if the file holds something else.
 */
__must_check int crash_notes_read_vmcoreinfo(const struct root *root,
					     struct crash_facts *facts,
					     struct error *err);

/* Adds a line for -d, which is lost if memory runs out. */
void crash_facts_note(struct crash_facts *facts, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
