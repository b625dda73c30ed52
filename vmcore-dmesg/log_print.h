/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints the log of a crashed kernel, whichever format it has. */
#ifndef VMCORE_DMESG_LOG_PRINT_H
#define VMCORE_DMESG_LOG_PRINT_H

#include "log.h"

/*
 * Finds the format of the log and prints all records that it still holds, oldest first,
 * including those that dmesg -C has cleared. log->core, info and stream are set by the
 * caller. After an error, part of the log may have been printed.
 *
 * Returns 0, -ENOENT if VMCOREINFO names none of the formats, -EINVAL if the data found
 * is not a log, or an error of vmcore_read.
 */
int log_print(struct log *log, struct error *err);

#endif
