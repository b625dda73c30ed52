/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the unit tests: tables of cases, files made from bytes, a small bzImage. */
#ifndef TESTS_UNIT_FIXTURES_H
#define TESTS_UNIT_FIXTURES_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "files/kernel_file.h"
#include "in_range.h"
#include "memory/memory_map.h"
#include "util/error.h"
#include "util/io.h"
#include "util/sizes.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Runs one test for each row of a table whose first member is the row's name. The test
 * gets the row as *state. The value is the number of failed tests.
 */
#define RUN_TABLE(test, rows)                                                            \
	({                                                                               \
		struct CMUnitTest tests_[COUNT(rows)];                                   \
		size_t i_;                                                               \
                                                                                         \
		for (i_ = 0; i_ < COUNT(rows); i_++)                                     \
			tests_[i_] =                                                     \
				(struct CMUnitTest){ (rows)[i_].name, test, NULL, NULL,  \
						     (void *)(uintptr_t) & (rows)[i_] }; \
		cmocka_run_group_tests_name(#rows, tests_, NULL, NULL);                  \
	})

/* Fails unless the message holds fragment and is a single line. */
static inline void assert_message(const struct error *err, const char *fragment)
{
	assert_non_null(err->message);
	if (!strstr(err->message, fragment))
		fail_msg("message \"%s\" lacks \"%s\"", err->message, fragment);
	assert_null(strchr(err->message, '\n'));
}

/* Returns the path of a file in memory with these bytes. Close *fd when done. */
static inline void make_file(const void *data, size_t size, int *fd, char path[64])
{
	*fd = memfd_create("fixture", MFD_CLOEXEC);
	assert_true(*fd >= 0);
	assert_int_equal(write_all(*fd, data, size), 0);
	snprintf(path, 64, "/proc/self/fd/%d", *fd);
}

/* Opens these bytes as a kernel file. */
static inline int open_bytes(const void *data, size_t size, enum kernel_file_mode mode,
			     struct kernel_file *file, struct error *err)
{
	char path[64];
	int fd, rc;

	make_file(data, size, &fd, path);
	rc = kernel_file_open(path, "kernel", mode, file, err);
	close(fd);
	return rc;
}

static inline uint64_t get_le(const uint8_t *data, size_t width)
{
	uint64_t value = 0;

	while (width--)
		value = value << 8 | data[width];
	return value;
}

static inline void put_le(uint8_t *data, size_t width, uint64_t value)
{
	for (; width--; data++, value >>= 8)
		*data = (uint8_t)value;
}

/* A change to a header: a number of width bytes at offset. Width 0 ends a list. */
struct poke {
	unsigned offset;
	unsigned width;
	uint64_t value;
};

static inline void apply_pokes(uint8_t *data, const struct poke *pokes, size_t count)
{
	size_t i;

	for (i = 0; i < count && pokes[i].width; i++)
		put_le(data + pokes[i].offset, pokes[i].width, pokes[i].value);
}

/* The setup code is one sector after the boot sector; the protected-mode code follows. */
#define SMALL_KERNEL_SETUP 1024u
#define SMALL_KERNEL_CODE  4096u
#define SMALL_KERNEL_SIZE  (SMALL_KERNEL_SETUP + SMALL_KERNEL_CODE)

/*
 * A bzImage with the header of Linux 6.1, but smaller. The offsets are taken from
 * Documentation/arch/x86/boot.rst, not from boot_protocol.h.
 */
static inline void make_small_kernel(uint8_t data[SMALL_KERNEL_SIZE])
{
	static const struct poke header[] = {
		{ 0x1f1, 1, 1 },		      /* setup_sects */
		{ 0x1f2, 2, 1 },		      /* root_flags */
		{ 0x1f4, 4, SMALL_KERNEL_CODE / 16 }, /* syssize */
		{ 0x1fa, 2, 0xffff },		      /* vid_mode */
		{ 0x1fe, 2, 0xaa55 },		      /* boot_flag */
		{ 0x200, 2, 0x6aeb },		      /* jump over the header to 0x26c */
		{ 0x202, 4, 0x53726448 },	      /* "HdrS" */
		{ 0x206, 2, 0x20f },		      /* version */
		{ 0x211, 1, 1 },		      /* loadflags: LOADED_HIGH */
		{ 0x22c, 4, 0x7fffffff },	      /* initrd_addr_max */
		{ 0x230, 4, 0x200000 },		      /* kernel_alignment */
		{ 0x234, 1, 1 },		      /* relocatable_kernel */
		{ 0x235, 1, 21 },		      /* min_alignment */
		{ 0x236, 2, 0x7f },		      /* xloadflags: all */
		{ 0x238, 4, 2047 },		      /* cmdline_size */
		{ 0x258, 8, 0x1000000 },	      /* pref_address */
		{ 0x260, 4, 0x800000 },		      /* init_size */
	};
	size_t i;

	/*
	 * Bytes outside the header must not be copied. Mark them, so that a copy is
	 * visible.
	 */
	memset(data, 0xcc, SMALL_KERNEL_SETUP);
	memset(data + 0x1f1, 0, 0x26c - 0x1f1);
	apply_pokes(data, header, COUNT(header));
	for (i = 0; i < SMALL_KERNEL_CODE; i++)
		data[SMALL_KERNEL_SETUP + i] = (uint8_t)(i * 7 + 1);
}

#endif
