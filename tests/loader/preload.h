/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of preload.so. */
#ifndef KEXEC_TEST_PRELOAD_H
#define KEXEC_TEST_PRELOAD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Adds a line to the file that the environment variable names, if it is set. */
void preload_add_line(const char *variable, const char *format, va_list args);

/* Adds a line to KEXEC_TEST_LOG. */
void preload_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Waits if KEXEC_TEST_STALL names this place. */
void preload_stall(const char *where);

/* Returns 0, or -1 with the errno that the environment variable names. */
int preload_answer(const char *variable);

/* Sets errno by its name, as "EPERM", and returns -1. */
int preload_fail(const char *name);

/* Writes a segment's bytes to KEXEC_TEST_SEGMENTS, if it is set. */
void preload_write_segment(unsigned long index, const void *data, size_t size);

/* True for an ioctl of a watchdog: then *rc is its result. */
bool preload_watchdog_ioctl(unsigned long request, void *argument, int *rc);

/*
 * Changes a file as the environment variable says: KEXEC_TEST_EARLY or KEXEC_TEST_LATE.
 */
void preload_change_file(const char *variable);

/* Notes that a file of the machine is opened to be read; flags are those of open(2). */
void preload_note_opened(const char *path, unsigned long flags);

/* Whether a file is libxenctrl of some version, for which preload_xen.c stands in. */
bool preload_is_xenctrl(const char *file);

/* Returns this library for libxenctrl, or NULL without KEXEC_TEST_XEN. */
void *preload_xenctrl(void *(*open)(const char *, int), int mode);

/* Returns the function that this library hides. */
void *preload_next(const char *name);

#endif
