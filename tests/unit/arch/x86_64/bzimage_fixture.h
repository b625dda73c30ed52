/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernels loaded by the 32-bit and the real-mode entry. */
#ifndef TESTS_UNIT_BZIMAGE_FIXTURE_H
#define TESTS_UNIT_BZIMAGE_FIXTURE_H

#include "arch/x86_64/bzimage32.h"
#include "bzimage_file.h"

/* clang-format off */
/* Further header fields, beside those of bzimage_file.h. */
#define ALL	   { { 0, 640 * KIB }, { MIB, 6 * GIB } }

/* The memory of a kernel without the newer fields: eight times its code. */
#define OLD_ROOM (8ull * SMALL_KERNEL_CODE)

/* Each row is loaded by both entries, which place all but the parameters alike. */
static const struct load_case {
	const char *name;
	struct poke pokes[4];
	uint64_t ram[3][2];
	uint64_t initrd_size;  /* 0: none */
	size_t command_line;   /* characters */
	int rc;
	const char *message;
	uint64_t kernel, room; /* expected start and size */
	uint64_t initrd;       /* expected start */
} load_cases[] = {
	{ "usual machine", { { 0 } }, USUAL, 8192, 2047, 0, NULL, 16 * MIB, 8 * MIB,
	  2 * GIB - 8192 },
	{ "command line too long", { { 0 } }, USUAL, 0, 2048, -E2BIG, "2048 characters", 0,
	  0, 0 },
	{ "RAM all the way", { { 0x22c, 4, 0xffffffff } }, ALL, 8192, 9, 0, NULL, 16 * MIB,
	  8 * MIB, 4 * GIB - 8192 },
	{ "RAM above 4 GiB only", { { 0 } }, ONLY_HIGH, 0, 9, -ENOSPC,
	  "no free memory for the kernel", 0, 0, 0 },
	{ "no room for the initrd below", { { 0 } }, HIGH_ROOM, 16 * MIB, 9, -ENOSPC,
	  "no free memory for the initrd", 0, 0, 0 },
	{ "prefers to be above", { PREF(5 * GIB) }, USUAL, 0, 9, -ENOSPC,
	  "no free memory for the kernel", 0, 0, 0 },
	{ "prefers nothing", { PREF(0) }, USUAL, 0, 9, 0, NULL, 2 * MIB, 8 * MIB, 0 },
	{ "room behind a gap", { { 0 } }, WITH_A_GAP, 0, 9, 0, NULL, 18 * MIB, 8 * MIB,
	  0 },
	{ "fixed", { FIXED }, USUAL, 0, 9, 0, NULL, 16 * MIB, 8 * MIB, 0 },
	{ "fixed, place taken", { FIXED }, WITH_A_GAP, 0, 9, -ENOSPC,
	  "between 0x1000000 and 0x1800000", 0, 0, 0 },
	{ "fixed at 1 MiB", { FIXED, PREF(0), CODE32(MIB) }, USUAL, 0, 9, 0, NULL, MIB,
	  8 * MIB, 0 },
	{ "fixed elsewhere", { FIXED, PREF(0), CODE32(0x140000) }, USUAL, 0, 9, 0, NULL,
	  0x140000, 8 * MIB, 0 },
	{ "fixed at 0", { FIXED, PREF(0), CODE32(0) }, USUAL, 0, 9, -ENOSPC,
	  "no free memory for the kernel", 0, 0, 0 },
	{ "fixed across 4 GiB", { FIXED, PREF(4 * GIB - 4096) }, ALL, 0, 9, -ENOSPC,
	  "no free memory for the kernel", 0, 0, 0 },
	{ "fixed at the end of all addresses", { FIXED, PREF((1ull << 52) - 4096) }, ALL,
	  0, 9, -ENOSPC, "no free memory for the kernel", 0, 0, 0 },
	{ "fixed, largest init_size", { FIXED, INIT_SIZE(-1u) }, ALL, 0, 9, -ENOSPC,
	  "0x100000000 bytes", 0, 0, 0 },
	{ "protocol 2.10", { PROTOCOL(0x20a) }, USUAL, 8192, 2047, 0, NULL, 16 * MIB,
	  8 * MIB, 2 * GIB - 8192 },
	{ "protocol 2.09", { PROTOCOL(0x209) }, USUAL, 8192, 2047, 0, NULL, 2 * MIB,
	  OLD_ROOM, 2 * GIB - 8192 },
	{ "protocol 2.06", { PROTOCOL(0x206) }, USUAL, 0, 2047, 0, NULL, 2 * MIB, OLD_ROOM,
	  0 },
	{ "protocol 2.05", { PROTOCOL(0x205) }, USUAL, 0, 255, 0, NULL, 2 * MIB, OLD_ROOM,
	  0 },
	{ "protocol 2.05, command line too long", { PROTOCOL(0x205) }, USUAL, 0, 256,
	  -E2BIG, "takes 255", 0, 0, 0 },
	{ "protocol 2.04", { PROTOCOL(0x204), CODE32(MIB) }, USUAL, 8192, 255, 0, NULL,
	  MIB, OLD_ROOM, 2 * GIB - 8192 },
	{ "protocol 2.03", { PROTOCOL(0x203), CODE32(MIB), SYSSIZE(-1u) }, USUAL, 8192,
	  255, 0, NULL, MIB, OLD_ROOM, 2 * GIB - 8192 },
	{ "protocol 2.02", { PROTOCOL(0x202), CODE32(MIB), SYSSIZE(0) }, USUAL, 8192, 255,
	  0, NULL, MIB, OLD_ROOM, 0x38000000 - 8192 },
};
/* clang-format on */

/* A machine with a kernel to load, and the resulting image. */
struct fixture {
	struct kernel_file kernel, initrd;
	struct machine machine;
	struct options options;
	struct image image;
	struct error err;
};

static inline void fixture_clear(struct fixture *fixture)
{
	kernel_file_close(&fixture->kernel);
	kernel_file_close(&fixture->initrd);
	machine_clear(&fixture->machine);
	image_clear(&fixture->image);
	error_clear(&fixture->err);
}

#define _cleanup_fixture_ _cleanup_(fixture_clear)

/* Makes the machine and the files of this row. */
static inline void set_fixture(const struct load_case *row, struct fixture *fixture)
{
	open_kernel(row->pokes, COUNT(row->pokes), 0, &fixture->kernel);
	if (row->initrd_size)
		open_initrd(row->initrd_size, &fixture->initrd);
	set_ram(row->ram, &fixture->machine);
	/* This field matters to the 64-bit entry only. */
	fixture->machine.cpu.five_level_paging = true;
}

/* Returns the value of a register or field of the image. */
static inline int load_fixture(const struct load_case *row, struct fixture *fixture)
{
	_cleanup_free_ char *text = calloc(1, row->command_line + 1);
	struct load_request request = {
		.options = &fixture->options,
		.machine = &fixture->machine,
		.kernel = &fixture->kernel,
		.initrd = row->initrd_size ? &fixture->initrd : NULL,
	};
	enum image_entry_mode mode = fixture->options.kernel_entry ==
						     KERNEL_ENTRY_REAL_MODE
					     ? IMAGE_ENTRY_REAL
					     : IMAGE_ENTRY_32BIT;
	int rc;

	memset(text, 'x', row->command_line);
	fixture->options.append = text;
	assert_int_equal(image_init(&fixture->image, IMAGE_NORMAL, mode,
				    &fixture->machine.memory, 0, 0, NULL),
			 0);
	rc = bzimage32_load(&request, &fixture->image, &fixture->err);
	fixture->options.append = NULL;
	assert_int_equal(!rc, !fixture->err.message);
	return rc;
}

static inline void check_placed(const struct load_case *row, const struct image *image)
{
	const struct segment *kernel = image_find_segment(image, "kernel");
	const struct segment *initrd = image_find_segment(image, "initrd");

	assert_int_equal(kernel->start, row->kernel);
	assert_int_equal(kernel->end, row->kernel + row->room);
	assert_int_equal(kernel->data_size, SMALL_KERNEL_CODE);
	assert_int_equal(kernel->file_offset, SMALL_KERNEL_SETUP);
	assert_int_equal(!initrd, !row->initrd_size);
	if (initrd)
		assert_int_equal(initrd->start, row->initrd);
	assert_int_equal(strlen(image->command_line), row->command_line);
}

/*
 * Loads the row and checks the parts that both entries have in common. Returns false if
 * the row was refused as expected.
 */
static inline bool fixture_is_loaded(const struct load_case *row, struct fixture *fixture)
{
	set_fixture(row, fixture);
	assert_int_equal(load_fixture(row, fixture), row->rc);
	if (row->rc) {
		assert_message(&fixture->err, row->message);
		return false;
	}
	check_placed(row, &fixture->image);
	return true;
}

#endif
