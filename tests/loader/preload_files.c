// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of preload.c for calls that only read: files, libraries, clock, random bytes.
 * The environment variables are described there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "preload.h"

static bool is_of_machine(const char *path)
{
	return !strncmp(path, "proc/", 5) || !strncmp(path, "sys/", 4) ||
	       !strncmp(path, "dev/", 4) || !strncmp(path, "run/", 4);
}

static void note_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void note_path(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	preload_add_line("KEXEC_TEST_OPENED", format, args);
	va_end(args);
}

/* O_PATH only asks whether there is such a file. */
void preload_note_opened(const char *path, unsigned long flags)
{
	if (is_of_machine(path) && !(flags & O_PATH))
		note_path("%s", path);
}

/* In this thread a library is being loaded. */
static _Thread_local bool loading;

/* A call by a library's constructor, as that of libefivar 39, does not count. */
ssize_t getrandom(void *buffer, size_t size, unsigned int flags)
{
	if (!loading)
		preload_change_file("KEXEC_TEST_EARLY");
	if (getenv("KEXEC_TEST_REAL_RANDOM"))
		return syscall(SYS_getrandom, buffer, size, flags);
	memset(buffer, 0x5a, size);
	return (ssize_t)size;
}

void preload_stall(const char *where)
{
	const char *rule = getenv("KEXEC_TEST_STALL");
	size_t length = strlen(where);

	if (!rule || strncmp(rule, where, length) || rule[length] != ':')
		return;
	preload_note("stall %s", where);
	poll(NULL, 0, atoi(rule + length + 1));
}

/* kexec's first thread uses this, and the one that redraws the progress bar. */
int clock_gettime(clockid_t clock, struct timespec *time)
{
	int (*real)(clockid_t, struct timespec *) = preload_next("clock_gettime");
	const char *step = getenv("KEXEC_TEST_CLOCK");
	static _Atomic long readings;
	long milliseconds;

	/* So that two loads of the same files are the same. */
	if (clock == CLOCK_REALTIME && !step) {
		*time = (struct timespec){ 1000000000, 0 };
		return 0;
	}
	/* Threads that compute digests use another clock than progress and waiting. */
	if (!step || clock == CLOCK_MONOTONIC_RAW)
		return real(clock, time);
	milliseconds = ++readings * atol(step);
	if (milliseconds == 8 * atol(step))
		preload_stall("clock");
	time->tv_sec = milliseconds / 1000;
	time->tv_nsec = milliseconds % 1000 * 1000000;
	return 0;
}

/* The time stamp counter must not be read, for the same reason. */
int prctl(int option, ...)
{
	int (*real)(int, ...) = preload_next("prctl");
	unsigned long arguments[4];
	va_list args;
	int i;

	va_start(args, option);
	for (i = 0; i < 4; i++)
		arguments[i] = va_arg(args, unsigned long);
	va_end(args);
	if (option != PR_GET_TSC)
		return real(option, arguments[0], arguments[1], arguments[2],
			    arguments[3]);
	*(int *)arguments[0] = PR_TSC_SIGSEGV;
	return 0;
}

/* Returns the path below the recorded root, or NULL if it is not redirected. */
static const char *redirect(const char *path, char buffer[4096])
{
	const char *root = getenv("KEXEC_TEST_ROOT");

	if (!root || !is_of_machine(path))
		return NULL;
	snprintf(buffer, 4096, "%s/%s", root, path);
	return buffer;
}

int mkdirat(int directory, const char *path, mode_t mode)
{
	int (*real)(int, const char *, mode_t) = preload_next("mkdirat");
	char buffer[4096];
	const char *elsewhere = redirect(path, buffer);

	preload_stall("memo");
	return real(elsewhere ? AT_FDCWD : directory, elsewhere ? elsewhere : path, mode);
}

/* glibc has several names for one function: for large files, and fortified ones. */
static int open_redirected(int directory, const char *path, int flags, mode_t mode)
{
	int (*real)(int, const char *, int, ...) = preload_next("openat");
	char buffer[4096];
	const char *elsewhere = redirect(path, buffer);

	preload_note_opened(path, (unsigned long)flags);
	if (!strncmp(path, "dev/watchdog", 12) && (flags & O_ACCMODE) != O_RDONLY) {
		preload_note("watchdog open %s", path);
		if (preload_answer("KEXEC_TEST_WATCHDOG_OPEN"))
			return -1;
	}
	return real(elsewhere ? AT_FDCWD : directory, elsewhere ? elsewhere : path, flags,
		    mode);
}

int openat(int directory, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode = 0;

	va_start(args, flags);
	if (flags & (O_CREAT | __O_TMPFILE))
		mode = va_arg(args, mode_t);
	va_end(args);
	return open_redirected(directory, path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...)
	__attribute__((alias("openat")));

int __openat_2(int directory, const char *path, int flags);
int __openat64_2(int directory, const char *path, int flags);

int __openat_2(int directory, const char *path, int flags)
{
	return open_redirected(directory, path, flags, 0);
}

int __openat64_2(int directory, const char *path, int flags)
{
	return open_redirected(directory, path, flags, 0);
}

void *dlopen(const char *file, int mode)
{
	void *(*next)(const char *, int) = dlsym(RTLD_NEXT, "dlopen");
	const char *missing = getenv("KEXEC_TEST_NO_LIBRARY");
	void *handle;

	if (missing && file && !strncmp(file, missing, strlen(missing)))
		return NULL;
	if (preload_is_xenctrl(file))
		return preload_xenctrl(next, mode);
	loading = true;
	handle = next(file, mode);
	loading = false;
	return handle;
}
