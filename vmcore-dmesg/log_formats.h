/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The three formats that Linux has kept its log in. Each function prints a log of its
 * format, oldest record first, including records that dmesg -C has cleared.
 *
 * They return 0, -ENOENT if VMCOREINFO lacks a field of the format, -EINVAL if the data
 * found is not such a log, or an error of vmcore_read. After an error, part of the log
 * may have been printed.
 */
#ifndef VMCORE_DMESG_LOG_FORMATS_H
#define VMCORE_DMESG_LOG_FORMATS_H

#include "log.h"

/* LOG_BUF_LEN_MAX of kernel/printk/printk.c, the largest buffer for text and records. */
#define LOG_BYTES_MAX (1ull << 31)

/* Linux 5.10 and later: a ring of descriptors and a ring of text. */
int log_print_ringbuffer(struct log *log, struct error *err);

/* Linux 3.5 to 5.9: one buffer of records, each with a header. */
int log_print_records(struct log *log, struct error *err);

/* Linux up to 3.4: one buffer of text without records. */
int log_print_plain(struct log *log, struct error *err);

#endif
