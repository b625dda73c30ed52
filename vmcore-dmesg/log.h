/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log of a crashed kernel out of its memory. Each of the three formats that kernels
 * have had has a file of its own; log.c tells them apart and prints.
 */
#ifndef VMCORE_DMESG_LOG_H
#define VMCORE_DMESG_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/bytes.h"
#include "util/error.h"
#include "vmcore.h"

/* LOG_BUF_LEN_MAX of kernel/printk/printk.c: text and records together. */
#define LOG_BYTES_MAX (1ull << 31)

/* More damage than that is no damage: these are not the addresses of a log. */
#define LOG_DAMAGED_MAX 4096u

struct log {
	struct vmcore *core;
	const char *info; /* VMCOREINFO */
	FILE *stream;
	uint64_t printed;
	uint64_t damaged; /* records that could not be read and were left out */
};

/*
 * Prints all that the log still holds, also what was cleared with dmesg -C, oldest first.
 * On errors something may have been printed already. -ENOENT if VMCOREINFO knows none of
 * the formats, -EINVAL if what it leads to is no log, or the errors of vmcore_read.
 */
int log_print(struct log *log, struct error *err);

/* Linux 5.10 and later: a ring of descriptors, one of text. */
int log_print_ringbuffer(struct log *log, struct error *err);

/* Linux 3.5 to 5.9: records with a header each in one buffer. */
int log_print_records(struct log *log, struct error *err);

/* Linux up to 3.4: nothing but text in one buffer. */
int log_print_plain(struct log *log, struct error *err);

/*
 * Prints a record. Each of its lines gets the time, as on the console of the crashed
 * kernel; else a record could look like several. time: nanoseconds.
 */
void log_put_record(struct log *log, uint64_t time, struct bytes text);

/* Prints text; bytes that a terminal may obey are printed as \xNN. */
void log_put_text(struct log *log, struct bytes text);

/* Counts a damaged record: 0, or -EINVAL if they have become too many. */
int log_skip_damaged(struct log *log, struct error *err);

#endif
