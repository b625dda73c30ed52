/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the tests of kexec/image/jump.c: a machine and a kernel that may jump back.
 */
#ifndef TESTS_UNIT_JUMP_FIXTURE_H
#define TESTS_UNIT_JUMP_FIXTURE_H

#include "arch/x86_64/bzimage64.h"
#include "arch/x86_64/purgatory_attach.h"
#include "fixtures.h"
#include "image/jump.h"

#define MACHINE_END  (1 * GIB)
#define WINDOW_START (256 * MIB)
#define WINDOW_END   (512 * MIB)

struct range {
	uint64_t start, end;
	enum memory_type type;
};

/* Memory maps of 1 GiB, each with the window's RAM in this many pieces. */
struct map_row {
	const char *name;
	struct range ranges[24];
	uint64_t min, max;
	size_t pieces; /* expected RAM, including that below 1 MiB */
	uint64_t left_out;
};

#define LOW                                       \
	{ 0, 0x9fc00, MEMORY_RAM },               \
	{                                         \
		0x9fc00, 1 * MIB, MEMORY_RESERVED \
	}
#define RAM(start, end)                \
	{                              \
		start, end, MEMORY_RAM \
	}

/* The only hole is the one below 1 MiB. */
#define PLAIN_MAP                                                               \
	{                                                                       \
		"plain", { LOW, RAM(MIB, GIB) }, WINDOW_START, WINDOW_END, 2, 0 \
	}

static inline void fill_map(const struct range *ranges, size_t count,
			    struct memory_map *map)
{
	size_t i;

	for (i = 0; i < count && ranges[i].type; i++)
		assert_int_equal(memory_map_set(map, ranges[i].start, ranges[i].end,
						ranges[i].type),
				 0);
}

/* Makes a complete image for a kernel of 4 MiB. */
struct fixture {
	struct options options;
	struct machine machine;
	struct kernel_file kernel;
	struct image image;
};

static inline void fixture_make(struct fixture *fixture, const struct map_row *row)
{
	uint8_t data[SMALL_KERNEL_SIZE];

	memset(fixture, 0, sizeof(*fixture));
	make_small_kernel(data);
	assert_int_equal(
		open_bytes(data, sizeof(data), KERNEL_FILE_AS_IS, &fixture->kernel, NULL),
		0);
	fill_map(row->ranges, COUNT(row->ranges), &fixture->machine.memory);
	assert_int_equal(memory_map_copy_type(&fixture->machine.memory, MEMORY_RAM,
					      &fixture->machine.placeable),
			 0);
	fixture->machine.ram_end = MACHINE_END;
	fixture->machine.cpu.physical_bits = 40;
	fixture->options = (struct options){
		.preserve_context = true,
		.mem_min = row->min,
		.mem_max = row->max,
		.append = "quiet",
	};
}

static inline void fixture_clear(struct fixture *fixture)
{
	image_clear(&fixture->image);
	kernel_file_close(&fixture->kernel);
	machine_clear(&fixture->machine);
}

/* Makes the image of a kexec jump with all its parts. */
static inline int load(struct fixture *fixture, struct error *err)
{
	struct load_request request = {
		.options = &fixture->options,
		.machine = &fixture->machine,
		.kernel = &fixture->kernel,
	};
	int rc = jump_init_image(&fixture->options, &fixture->machine, IMAGE_ENTRY_64BIT,
				 &fixture->image, err);

	if (!rc)
		rc = bzimage64_load(&request, &fixture->image, err);
	if (!rc)
		rc = purgatory_attach(&fixture->options, &fixture->machine,
				      &fixture->image, err);
	if (!rc)
		rc = jump_cover_memory(&fixture->image, err);
	return rc;
}

#endif
