// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into Debian's kexec-tools: it names the machine's files by absolute paths,
 * which lead below KEXEC_TEST_ROOT here, so that it sees a recorded machine. These
 * are all the functions that it calls with such a path. What acts is caught by
 * tests/loader/preload.c, but for execv, which only kexec-tools calls.
 *
 *   KEXEC_TEST_ROOT=DIR    /proc, /sys and /dev are there
 *   KEXEC_TEST_CPUS=N      how many processors the recorded machine has
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		abort();
	return function;
}

static int is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return !strncmp(path, directory, length) &&
	       (!path[length] || path[length] == '/');
}

static const char *redirect(const char *path, char buffer[4096])
{
	const char *root = getenv("KEXEC_TEST_ROOT");

	if (!root)
		abort();
	if (!is_below(path, "/proc") && !is_below(path, "/sys") &&
	    !is_below(path, "/dev"))
		return path;
	if (snprintf(buffer, 4096, "%s%s", root, path) >= 4096)
		abort();
	return buffer;
}

int open(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...) = next("open");
	char buffer[4096];
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & (O_CREAT | __O_TMPFILE))
		mode = va_arg(args, mode_t);
	va_end(args);
	return real(redirect(path, buffer), flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*real)(const char *, const char *) = next("fopen");
	char buffer[4096];

	return real(redirect(path, buffer), mode);
}

FILE *setmntent(const char *path, const char *mode)
{
	FILE *(*real)(const char *, const char *) = next("setmntent");
	char buffer[4096];

	return real(redirect(path, buffer), mode);
}

DIR *opendir(const char *path)
{
	DIR *(*real)(const char *) = next("opendir");
	char buffer[4096];

	return real(redirect(path, buffer));
}

int access(const char *path, int mode)
{
	int (*real)(const char *, int) = next("access");
	char buffer[4096];

	return real(redirect(path, buffer), mode);
}

int stat(const char *path, struct stat *status)
{
	int (*real)(const char *, struct stat *) = next("stat");
	char buffer[4096];

	return real(redirect(path, buffer), status);
}

long sysconf(int name)
{
	long (*real)(int) = next("sysconf");
	const char *cpus = getenv("KEXEC_TEST_CPUS");

	if (name == _SC_NPROCESSORS_CONF && cpus)
		return atol(cpus);
	return real(name);
}

/* kexec-tools runs shutdown with execv; preload.c has the other function. */
int execv(const char *path, char *const arguments[])
{
	const char *log = getenv("KEXEC_TEST_LOG");
	FILE *stream = log ? fopen(log, "ae") : NULL;

	if (!stream)
		abort();
	fprintf(stream, "exec %s:", path);
	while (*arguments)
		fprintf(stream, " %s", *arguments++);
	fputc('\n', stream);
	fclose(stream);
	_exit(0);
}
