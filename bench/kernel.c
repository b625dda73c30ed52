// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into either kexec: kexec_load only does the part of the call that takes the
 * kernel most of its time. Page by page, it clears a page and copies the segment's data
 * into it (kernel/kexec_core.c, kimage_load_normal_segment, Linux 6.1).
 *
 *   KEXEC_BENCH_POOL=FILE     the pages to copy to, used in turn; without it nothing is
 *                             copied
 *   KEXEC_BENCH_RECORD=FILE   gets lines "NAME NANOSECONDS" (CLOCK_MONOTONIC): entered,
 *                             ready to copy, copied, left; then /proc/self/status at the
 *                             entry
 *
 * The time from entered to ready and from copied to left is the bench's own.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGE_BYTES 4096u

struct record {
	long long entered, ready, copied, left;
	char status[8192];
	size_t status_size;
};

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ll + time.tv_nsec;
}

/*
 * These functions use openat with absolute paths, because redirect.c redirects open to
 * the recorded machine.
 */

static void read_status(struct record *record)
{
	int fd = openat(AT_FDCWD, "/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? -1 : read(fd, record->status, sizeof(record->status));

	if (size <= 0)
		abort();
	record->status_size = (size_t)size;
	close(fd);
}

static void write_record(const struct record *record)
{
	const char *path = getenv("KEXEC_BENCH_RECORD");
	int fd;

	if (!path)
		return;
	fd = openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 ||
	    dprintf(fd, "entered %lld\nready %lld\ncopied %lld\nleft %lld\n%.*s",
		    record->entered, record->ready, record->copied, record->left,
		    (int)record->status_size, record->status) < 0)
		abort();
	close(fd);
}

/* The first write to a page of a shared mapping may cause a fault: cause it here. */
static void touch(volatile unsigned char *pool, size_t size)
{
	size_t at;

	for (at = 0; at < size; at += PAGE_BYTES)
		pool[at] = pool[at];
}

static unsigned char *open_pool(size_t *size)
{
	const char *path = getenv("KEXEC_BENCH_POOL");
	struct stat status;
	void *pool;
	int fd;

	if (!path)
		return NULL;
	fd = openat(AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0)
		abort();
	*size = (size_t)status.st_size;
	pool = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
		    0);
	if (pool == MAP_FAILED)
		abort();
	close(fd);
	touch(pool, *size);
	return pool;
}

/* Copies to the pool from *at on, and continues at the start of the pool. */
static void copy(const struct kexec_segment *segment, unsigned char *pool,
		 size_t pool_size, size_t *at)
{
	const unsigned char *from = segment->buf;
	size_t left = segment->bufsz, done;

	for (done = 0; done < segment->memsz; done += PAGE_BYTES) {
		size_t size = left < PAGE_BYTES ? left : PAGE_BYTES;

		memset(pool + *at, 0, PAGE_BYTES);
		if (size)
			memcpy(pool + *at, from, size);
		from += size;
		left -= size;
		*at = (*at + PAGE_BYTES) % pool_size;
	}
}

static long kexec_load(unsigned long count, const struct kexec_segment *segments)
{
	struct record record = { .entered = now() };
	size_t pool_size = 0, at = 0;
	unsigned char *pool;
	unsigned long i;

	read_status(&record);
	pool = open_pool(&pool_size);
	record.ready = now();
	for (i = 0; pool && i < count; i++)
		copy(&segments[i], pool, pool_size, &at);
	record.copied = now();
	if (pool)
		munmap(pool, pool_size);
	record.left = now();
	write_record(&record);
	return 0;
}

long syscall(long number, ...)
{
	long (*next)(long, ...) = dlsym(RTLD_NEXT, "syscall");
	va_list args;
	long a[6];
	int i;

	va_start(args, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	/*
	 * tests/loader/preload.c handles unloading and the question whether the call is
	 * allowed.
	 */
	if (number == SYS_kexec_load && a[1] && a[1] <= KEXEC_SEGMENT_MAX)
		return kexec_load((unsigned long)a[1],
				  (const struct kexec_segment *)a[2]);
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
