/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A crashed kernel's log while it is printed: where it is read from, where it is printed
 * to, and how many records were good or damaged.
 */
#ifndef VMCORE_DMESG_LOG_H
#define VMCORE_DMESG_LOG_H

#include <stdint.h>
#include <stdio.h>

#include "util/bytes.h"
#include "util/error.h"
#include "vmcore.h"

/* With more damaged records than this, the addresses are taken to be wrong. */
#define LOG_DAMAGED_MAX 4096u

struct log {
	struct vmcore *core;
	const char *info; /* text of the VMCOREINFO note */
	FILE *stream;
	uint64_t printed; /* records */
	uint64_t damaged; /* records left out because they could not be read */
};

/*
 * Prints a record and counts it. time is in nanoseconds. The time is repeated in front of
 * each line of the record, so that a record cannot forge another one.
 */
void log_put_record(struct log *log, uint64_t time, struct bytes text);

/* Prints text. Bytes that could control a terminal are printed as \xNN. */
void log_put_text(struct log *log, struct bytes text);

/*
 * Counts a damaged record. Returns 0, or -EINVAL when there are more than
 * LOG_DAMAGED_MAX.
 */
int log_skip_damaged(struct log *log, struct error *err);

#endif
