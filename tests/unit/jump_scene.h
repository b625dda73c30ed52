/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of kexec/load/jump.c share: a machine, and a kernel that is to come back. */
#ifndef TESTS_UNIT_JUMP_SCENE_H
#define TESTS_UNIT_JUMP_SCENE_H

#include "arch/x86_64/bzimage64.h"
#include "arch/x86_64/purgatory_attach.h"
#include "fixtures.h"
#include "load/jump.h"

#define MACHINE_END  (1 * GIB)
#define WINDOW_START (256 * MIB)
#define WINDOW_END   (512 * MIB)

struct range {
	uint64_t start, end;
	enum memory_type type;
};

/* Maps of 1 GiB, with the RAM of the window in so many pieces. */
struct map_row {
	const char *name;
	struct range ranges[24];
	uint64_t min, max;
	size_t pieces; /* of RAM expected, below 1 MiB included */
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

/* No holes but the one below 1 MiB. */
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

/* A whole image for a kernel of 4 MiB. */
struct scene {
	struct options options;
	struct machine machine;
	struct kernel_file kernel;
	struct image image;
};

static inline void scene_make(struct scene *scene, const struct map_row *row)
{
	uint8_t data[SMALL_KERNEL_SIZE];

	memset(scene, 0, sizeof(*scene));
	make_small_kernel(data);
	assert_int_equal(
		open_bytes(data, sizeof(data), KERNEL_FILE_AS_IS, &scene->kernel, NULL),
		0);
	fill_map(row->ranges, COUNT(row->ranges), &scene->machine.memory);
	scene->machine.ram_end = MACHINE_END;
	scene->machine.cpu.physical_bits = 40;
	scene->options = (struct options){
		.preserve_context = true,
		.mem_min = row->min,
		.mem_max = row->max,
		.append = "quiet",
	};
}

static inline void scene_clear(struct scene *scene)
{
	image_clear(&scene->image);
	kernel_file_close(&scene->kernel);
	machine_clear(&scene->machine);
}

/* All that makes an image for a kernel jump. */
static inline int load(struct scene *scene, struct error *err)
{
	struct load_request request = {
		.options = &scene->options,
		.machine = &scene->machine,
		.kernel = &scene->kernel,
	};
	int rc = jump_init_image(&scene->options, &scene->machine, &scene->image, err);

	if (!rc)
		rc = bzimage64_load(&request, &scene->image, err);
	if (!rc)
		rc = purgatory_attach(&scene->options, &scene->machine, &scene->image,
				      err);
	if (!rc)
		rc = jump_cover_memory(&scene->image, err);
	return rc;
}

#endif
