// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into the kexec under test, so that its calls have no effect. kexec_load,
 * reboot, sync, sleeping, taking interfaces down and running shutdown never get through;
 * each adds a line to a log and succeeds unless the environment says otherwise.
 * preload_files.c has the calls that only read, preload_watchdog.c a watchdog,
 * preload_xen.c and preload_xen_load.c a Xen hypervisor.
 *
 *   KEXEC_TEST_LOG=FILE           where the lines go
 *   KEXEC_TEST_ROOT=DIR           relative paths below dev/, proc/, run/, sys/ lead
 *                                 there
 *   KEXEC_TEST_LOAD=NAME          errno of kexec_load with segments, as "EBUSY"
 *   KEXEC_TEST_UNLOAD=NAME        errno of kexec_load without segments
 *   KEXEC_TEST_FILE_LOAD=NAME     errno of kexec_file_load, "OK" for success; without
 *                                 it ENOSYS, as kernels without the call answer
 *   KEXEC_TEST_BUSY=COUNT         either call answers EBUSY so many times first
 *   KEXEC_TEST_REBOOT=NAME        errno of reboot
 *   KEXEC_TEST_REBOOT_SIGNAL=1    SIGTERM comes during reboot
 *   KEXEC_TEST_INTERFACES=real    interfaces are taken down and brought up, as in a
 *                                 network namespace of the test's own; "down": only
 *                                 taken down
 *   KEXEC_TEST_COMES_BACK=1       reboot returns
 *   KEXEC_TEST_SHUTDOWN=NAME      errno of running shutdown
 *   KEXEC_TEST_NO_CAPABILITIES=1  capget reports no capabilities, else all
 *   KEXEC_TEST_STATUS=FILE        kexec_load copies /proc/self/status there
 *   KEXEC_TEST_SEGMENTS=DIR       kexec_load writes each segment's bytes there, NN.bin,
 *                                 kexec_file_load kernel.bin and initrd.bin
 *   KEXEC_TEST_NO_LIBRARY=NAME    shared libraries with this prefix cannot be loaded
 *   KEXEC_TEST_OPENED=FILE        gets a line for each path below dev/, proc/ or sys/
 *                                 that is opened for reading, also of a recorded machine
 *   KEXEC_TEST_REAL_RANDOM=1      getrandom is not faked: its bytes are 0x5a otherwise
 *   KEXEC_TEST_CLOCK=MS           clock_gettime goes on by so many milliseconds each time
 *   KEXEC_TEST_STALL=WHERE:MS     waits in real time: "clock" (the eighth time that it is
 *                                 read), "call" (while either call runs), "memo" (before
 *                                 the load is remembered)
 *   KEXEC_TEST_EARLY=WHAT:FILE    FILE is changed once it has been opened, or
 *   KEXEC_TEST_LATE=WHAT:FILE     while either call runs. WHAT: "shrink" or "touch"
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kexec.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "preload.h"

void preload_add_line(const char *variable, const char *format, va_list args)
{
	const char *path = getenv(variable);
	FILE *stream = path ? fopen(path, "ae") : NULL;

	if (!stream)
		return;
	vfprintf(stream, format, args);
	fputc('\n', stream);
	fclose(stream);
}

void preload_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	preload_add_line("KEXEC_TEST_LOG", format, args);
	va_end(args);
}

int preload_fail(const char *name)
{
	int number;

	for (number = 1; number < 134; number++) {
		const char *known = strerrorname_np(number);

		if (known && !strcmp(known, name)) {
			errno = number;
			return -1;
		}
	}
	fprintf(stderr, "preload: %s is not an errno\n", name);
	abort();
}

int preload_answer(const char *variable)
{
	const char *name = getenv(variable);

	return name ? preload_fail(name) : 0;
}

void preload_change_file(const char *variable)
{
	const char *rule = getenv(variable);
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1 } };

	if (!rule)
		return;
	if (!strncmp(rule, "shrink:", 7) && truncate(rule + 7, 100) < 0)
		abort();
	if (!strncmp(rule, "touch:", 6) && utimensat(AT_FDCWD, rule + 6, times, 0) < 0)
		abort();
}

/* Fails with EBUSY the first times, as KEXEC_TEST_BUSY says. */
static bool is_busy(void)
{
	const char *count = getenv("KEXEC_TEST_BUSY");
	static long calls;

	if (!count || calls++ >= atol(count))
		return false;
	errno = EBUSY;
	return true;
}

void preload_write_segment(unsigned long index, const void *data, size_t size)
{
	const char *directory = getenv("KEXEC_TEST_SEGMENTS");
	char path[4096];
	FILE *stream;

	if (!directory)
		return;
	snprintf(path, sizeof(path), "%s/%02lu.bin", directory, index);
	stream = fopen(path, "we");
	if (!stream || fwrite(data, 1, size, stream) != size || fclose(stream))
		abort();
}

static void copy_status(void)
{
	const char *path = getenv("KEXEC_TEST_STATUS");
	char text[8192];
	FILE *from, *to;
	size_t size;

	if (!path)
		return;
	from = fopen("/proc/self/status", "re");
	to = fopen(path, "we");
	if (!from || !to)
		abort();
	size = fread(text, 1, sizeof(text), from);
	if (!size || fwrite(text, 1, size, to) != size || fclose(from) || fclose(to))
		abort();
}

static long kexec_load(unsigned long entry, unsigned long count,
		       const struct kexec_segment *segments, unsigned long flags)
{
	unsigned long i;

	/*
	 * This call only asks whether kexec_load is allowed: no kernel takes so many
	 * segments.
	 */
	if (count > KEXEC_SEGMENT_MAX) {
		preload_note("kexec_load asked");
		if (!preload_answer("KEXEC_TEST_LOAD"))
			errno = EINVAL;
		return -1;
	}
	if (count)
		copy_status();
	preload_note("kexec_load entry=%#lx segments=%lu flags=%#lx", entry, count,
		     flags);
	for (i = 0; i < count; i++) {
		preload_note("segment mem=%#lx memsz=%#zx bufsz=%#zx",
			     (unsigned long)segments[i].mem, (size_t)segments[i].memsz,
			     (size_t)segments[i].bufsz);
		preload_write_segment(i, segments[i].buf, segments[i].bufsz);
	}
	if (!count)
		return preload_answer("KEXEC_TEST_UNLOAD");
	preload_stall("call");
	if (is_busy())
		return -1;
	preload_change_file("KEXEC_TEST_LATE");
	return preload_answer("KEXEC_TEST_LOAD");
}

static void write_file(const char *name, int fd)
{
	const char *directory = getenv("KEXEC_TEST_SEGMENTS");
	char path[4096], buffer[65536];
	FILE *stream;
	off_t at = 0;
	ssize_t got;

	if (!directory || fd < 0)
		return;
	snprintf(path, sizeof(path), "%s/%s.bin", directory, name);
	stream = fopen(path, "we");
	if (!stream)
		abort();
	while ((got = pread(fd, buffer, sizeof(buffer), at)) > 0) {
		at += got;
		if (fwrite(buffer, 1, (size_t)got, stream) != (size_t)got)
			abort();
	}
	if (got < 0 || fclose(stream))
		abort();
}

/* Logs the files by the size of their contents, because descriptors differ. */
static long kexec_file_load(int kernel, int initrd, unsigned long length,
			    const char *command_line, unsigned long flags)
{
	const char *wanted = getenv("KEXEC_TEST_FILE_LOAD");

	preload_note("kexec_file_load kernel=%ld initrd=%ld flags=%#lx cmdline=%.*s",
		     (long)lseek(kernel, 0, SEEK_END), (long)lseek(initrd, 0, SEEK_END),
		     flags, length ? (int)length - 1 : 0, command_line);
	if (!wanted) {
		errno = ENOSYS;
		return -1;
	}
	if (kernel >= 0)
		preload_stall("call");
	if (is_busy())
		return -1;
	write_file("kernel", kernel);
	write_file("initrd", initrd);
	if (kernel >= 0)
		preload_change_file("KEXEC_TEST_LATE");
	return strcmp(wanted, "OK") ? preload_answer("KEXEC_TEST_FILE_LOAD") : 0;
}

void *preload_next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		abort();
	return function;
}

long syscall(long number, ...)
{
	long (*real)(long, ...) = preload_next("syscall");
	va_list args;
	long a[6], rc;
	int i;

	va_start(args, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_kexec_load)
		return kexec_load((unsigned long)a[0], (unsigned long)a[1],
				  (const struct kexec_segment *)a[2],
				  (unsigned long)a[3]);
	if (number == SYS_kexec_file_load)
		return kexec_file_load((int)a[0], (int)a[1], (unsigned long)a[2],
				       (const char *)a[3], (unsigned long)a[4]);
	if (number == SYS_openat2)
		preload_note_opened((const char *)a[1],
				    ((const struct open_how *)a[2])->flags);
	rc = real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	/* Pretends that the caller has all capabilities, or none. */
	if (number == SYS_capget && !rc)
		memset((void *)a[1], getenv("KEXEC_TEST_NO_CAPABILITIES") ? 0 : 0xff,
		       sizeof(struct __user_cap_data_struct) * _LINUX_CAPABILITY_U32S_3);
	return rc;
}

int reboot(int command)
{
	sigset_t blocked;

	if (!sigprocmask(SIG_BLOCK, NULL, &blocked) && sigismember(&blocked, SIGINT))
		preload_note("SIGINT is blocked");
	preload_note("reboot %#x", (unsigned int)command);
	if (getenv("KEXEC_TEST_REBOOT_SIGNAL"))
		kill(getpid(), SIGTERM);
	/* After a success execv would not return, so a test can only see failures. */
	if (getenv("KEXEC_TEST_REBOOT"))
		return preload_answer("KEXEC_TEST_REBOOT");
	/* reboot returns only from a kernel that comes back. */
	if (getenv("KEXEC_TEST_COMES_BACK"))
		return 0;
	_exit(0);
}

/* So that no test takes the time. */
int nanosleep(const struct timespec *duration, struct timespec *left)
{
	(void)left;
	preload_note("sleep %ld ms",
		     (long)duration->tv_sec * 1000 + duration->tv_nsec / 1000000);
	return 0;
}

void sync(void)
{
	preload_note("sync");
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, ...) = preload_next("ioctl");
	const char *mode = getenv("KEXEC_TEST_INTERFACES");
	struct ifreq *interface;
	va_list args;
	void *argument;
	int rc;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (preload_watchdog_ioctl(request, argument, &rc))
		return rc;
	if (request != SIOCSIFFLAGS)
		return real(fd, request, argument);
	interface = argument;
	preload_note("%s %s", interface->ifr_flags & IFF_UP ? "up" : "down",
		     interface->ifr_name);
	if (!mode)
		return 0;
	if (interface->ifr_flags & IFF_UP && !strcmp(mode, "down")) {
		errno = EPERM;
		return -1;
	}
	return real(fd, request, argument);
}

int execl(const char *path, const char *argument, ...)
{
	char line[256];
	const char *word;
	va_list args;

	snprintf(line, sizeof(line), "exec %s: %s", path, argument);
	va_start(args, argument);
	while ((word = va_arg(args, const char *))) {
		strncat(line, " ", sizeof(line) - strlen(line) - 1);
		strncat(line, word, sizeof(line) - strlen(line) - 1);
	}
	va_end(args);
	preload_note("%s", line);
	if (getenv("KEXEC_TEST_SHUTDOWN"))
		return preload_answer("KEXEC_TEST_SHUTDOWN");
	_exit(0);
}
