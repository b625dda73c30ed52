/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the tests of all bzImage entries: files to load, and machines. */
#ifndef TESTS_UNIT_BZIMAGE_FILE_H
#define TESTS_UNIT_BZIMAGE_FILE_H

#include "fixtures.h"
#include "machine/machine.h"

/* Fields of boot.rst, "The Real-Mode Kernel Header", that the tests set. */
#define PROTOCOL(version)         \
	{                         \
		0x206, 2, version \
	}
#define SYSSIZE(value)          \
	{                       \
		0x1f4, 4, value \
	}
#define ALIGNMENT(value)        \
	{                       \
		0x230, 4, value \
	}
#define PREF(value)             \
	{                       \
		0x258, 8, value \
	}
#define INIT_SIZE(value)        \
	{                       \
		0x260, 4, value \
	}
#define FIXED               \
	{                   \
		0x234, 1, 0 \
	}
#define CODE32(value)           \
	{                       \
		0x214, 4, value \
	}
#define XLOADFLAGS(value)       \
	{                       \
		0x236, 2, value \
	}

/* clang-format off */
/* The memory of a machine, as pairs of start and end. */
#define USUAL	   { { 0, 640 * KIB }, { MIB, 2 * GIB }, { 4 * GIB, 6 * GIB } }
#define ONLY_HIGH  { { 0, 640 * KIB }, { 4 * GIB, 6 * GIB } }
#define WITH_A_GAP { { 0, 640 * KIB }, { MIB, 17 * MIB }, { 18 * MIB, GIB } }
#define HIGH_ROOM  { { 0, 640 * KIB }, { MIB, 25 * MIB }, { 4 * GIB, 6 * GIB } }
/* clang-format on */

/* Gives the machine this memory. A pair of zeros ends the list. */
static inline void set_ram(const uint64_t ram[3][2], struct machine *machine)
{
	size_t i;

	for (i = 0; i < 3 && ram[i][1]; i++)
		assert_int_equal(memory_map_set(&machine->memory, ram[i][0], ram[i][1],
						MEMORY_RAM),
				 0);
}

/* Opens a small kernel with these changes; all of it if size is 0. */
static inline void open_kernel(const struct poke *pokes, size_t count, size_t size,
			       struct kernel_file *kernel)
{
	uint8_t data[SMALL_KERNEL_SIZE];

	make_small_kernel(data);
	apply_pokes(data, pokes, count);
	assert_int_equal(open_bytes(data, size ? size : sizeof(data),
				    KERNEL_FILE_UNCOMPRESS, kernel, NULL),
			 0);
}

/* Opens an initrd of zeros. */
static inline void open_initrd(size_t size, struct kernel_file *initrd)
{
	_cleanup_free_ uint8_t *zeros = calloc(1, size);

	assert_int_equal(open_bytes(zeros, size, KERNEL_FILE_AS_IS, initrd, NULL), 0);
}

/* A kernel and the expected answer of a probe. */
struct probe_case {
	const char *name;
	struct poke pokes[4];
	size_t size; /* size of the file; 0: unchanged */
	int rc;
	const char *message; /* NULL: no message */
};

static inline void check_probe(const struct probe_case *row,
			       int (*probe)(const struct kernel_file *kernel,
					    struct error *err))
{
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_error_ struct error err = { 0 };

	open_kernel(row->pokes, COUNT(row->pokes), row->size, &kernel);
	assert_int_equal(probe(&kernel, &err), row->rc);
	if (row->message) {
		assert_message(&err, row->message);
		assert_message(&err, kernel.path);
	} else {
		assert_null(err.message);
	}
}

#endif
