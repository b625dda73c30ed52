// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/jump.c: that a kernel which is to come back gets no memory but what
 * the segments cover, page by page; and what is refused.
 */
#include "jump.h"

#include <errno.h>

#include "arch/x86_64/bzimage64.h"
#include "arch/x86_64/purgatory_attach.h"
#include "fixtures.h"
#include "image_type.h"
#include "purgatory/handover.h"

#define PAGE	     4096ull
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

static const struct map_row maps[] = {
	{ "plain", { LOW, RAM(MIB, GIB) }, WINDOW_START, WINDOW_END, 2, 0 },
	{ "from 0", { LOW, RAM(MIB, GIB) }, 0, 64 * MIB, 2, 0 },
	{ "uneven window",
	  { LOW, RAM(MIB, GIB) },
	  WINDOW_START + 1,
	  WINDOW_END - 1,
	  2,
	  0 },
	{ "no low memory", { RAM(MIB, GIB) }, WINDOW_START, WINDOW_END, 1, 0 },
	{ "uneven RAM",
	  { LOW,
	    RAM(MIB, 300 * MIB + 5),
	    { 300 * MIB + 5, 301 * MIB, MEMORY_ACPI_NVS },
	    RAM(301 * MIB, GIB) },
	  WINDOW_START,
	  WINDOW_END,
	  3,
	  0 },
	{ "two low pieces",
	  { RAM(0, 0x20000),
	    { 0x20000, 0x21000, MEMORY_RESERVED },
	    RAM(0x21000, 0x9f000),
	    RAM(MIB, GIB) },
	  WINDOW_START,
	  WINDOW_END,
	  2,
	  0 },
	{ "less than a page",
	  { LOW, RAM(MIB, 300 * MIB), RAM(310 * MIB, 310 * MIB + 9) },
	  WINDOW_START,
	  WINDOW_END,
	  2,
	  0 },
	{ "five high pieces",
	  { LOW, RAM(260 * MIB, 270 * MIB), RAM(280 * MIB, 290 * MIB),
	    RAM(300 * MIB, 310 * MIB), RAM(320 * MIB, 330 * MIB), RAM(340 * MIB, GIB) },
	  WINDOW_START,
	  WINDOW_END,
	  6,
	  0 },
	{ "seven high pieces, the two smallest stay out",
	  { LOW, RAM(260 * MIB, 270 * MIB), RAM(280 * MIB, 281 * MIB),
	    RAM(300 * MIB, 310 * MIB), RAM(320 * MIB, 330 * MIB),
	    RAM(340 * MIB, 342 * MIB), RAM(350 * MIB, 360 * MIB), RAM(400 * MIB, GIB) },
	  WINDOW_START,
	  WINDOW_END,
	  6,
	  3 * MIB },
};

static void fill_map(const struct range *ranges, size_t count, struct memory_map *map)
{
	size_t i;

	for (i = 0; i < count && ranges[i].type; i++)
		assert_int_equal(memory_map_set(map, ranges[i].start, ranges[i].end,
						ranges[i].type),
				 0);
}

/* Whether the page may be the other kernel's: all RAM, and below 1 MiB or in the window. */
static bool may_have(const struct memory_map *memory, uint64_t page,
		     const struct map_row *row)
{
	if (!memory_map_is_type(memory, page, page + PAGE, MEMORY_RAM) || !page)
		return false;
	return page < MIB || (page >= row->min && page + PAGE <= row->max);
}

static void test_map(void **state)
{
	const struct map_row *row = *state;
	_cleanup_memory_map_ struct memory_map memory = { 0 }, map = { 0 };
	uint64_t left_out, page, missing = 0, missing_low = 0;
	size_t i, pieces = 0;

	fill_map(row->ranges, COUNT(row->ranges), &memory);
	assert_int_equal(
		jump_memory_map(&memory, row->min, row->max, &map, &left_out, NULL), 0);
	for (i = 0; i < map.count; i++)
		pieces += map.ranges[i].type == MEMORY_RAM;
	assert_int_equal(pieces, row->pieces);
	assert_int_equal(left_out, row->left_out);
	for (page = 0; page < MACHINE_END; page += PAGE) {
		const struct memory_range *before = memory_map_find(&memory, page);
		const struct memory_range *after = memory_map_find(&map, page);
		bool given = memory_map_is_type(&map, page, page + PAGE, MEMORY_RAM);

		/* What was no RAM stays what it was; RAM is RAM or reserved. */
		assert_true(!before == !after);
		if (before && before->type != MEMORY_RAM)
			assert_int_equal(after->type, before->type);
		else if (before)
			assert_true(given || after->type == MEMORY_RESERVED);
		assert_true(!given || may_have(&memory, page, row));
		if (!given && may_have(&memory, page, row))
			*(page < MIB ? &missing_low : &missing) += PAGE;
	}
	assert_int_equal(missing, row->left_out);
	/* Of low memory, one piece: here 0x1000 to 0x20000 lost against the larger one. */
	assert_int_equal(missing_low, strcmp(row->name, "two low pieces") ? 0 : 0x1f000);
}

/* A whole image for a kernel of 4 MiB. */
struct scene {
	struct options options;
	struct machine machine;
	struct kernel_file kernel;
	struct image image;
};

static void scene_make(struct scene *scene, const struct map_row *row)
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

static void scene_clear(struct scene *scene)
{
	image_clear(&scene->image);
	kernel_file_close(&scene->kernel);
	machine_clear(&scene->machine);
}

static int load(struct scene *scene, struct error *err)
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

/* How many segments hold this page. */
static unsigned holders(const struct image *image, uint64_t page)
{
	unsigned count = 0;
	size_t i;

	for (i = 0; i < image->segment_count; i++)
		count += page >= image->segments[i].start &&
			 page < image->segments[i].end;
	return count;
}

static void test_cover(void **state)
{
	const struct map_row *row = *state;
	struct scene scene;
	uint64_t page;

	scene_make(&scene, row);
	assert_int_equal(load(&scene, NULL), 0);
	assert_true(scene.image.preserve_context);
	assert_true(scene.image.segment_count <= 16);
	for (page = 0; page < MACHINE_END; page += PAGE) {
		const struct memory_range *range =
			memory_map_find(&scene.image.e820, page);
		bool own = range && range->type == MEMORY_RAM;

		if (holders(&scene.image, page) != own)
			fail_msg("page %#llx: %u segments, RAM: %d",
				 (unsigned long long)page, holders(&scene.image, page),
				 own);
	}
	scene_clear(&scene);
}

/* The text's place is the command line's NUL, and nothing else lies in the room. */
static void test_room(void **state)
{
	struct scene scene;
	const struct segment *parameters;
	const uint8_t *text;
	uint64_t i;

	(void)state;
	scene_make(&scene, &maps[0]);
	assert_int_equal(load(&scene, NULL), 0);
	parameters = image_find_segment(&scene.image, "parameters");
	assert_true(scene.image.jump_back_room >=
		    sizeof(" kexec_jump_back_entry=0x0123456789abcdef"));
	assert_true(scene.image.jump_back_text + scene.image.jump_back_room <=
		    parameters->start + parameters->data_size);
	text = parameters->owned + (scene.image.jump_back_text - parameters->start);
	assert_memory_equal(text - 5, "quiet", 5);
	for (i = 0; i < scene.image.jump_back_room; i++)
		assert_int_equal(text[i], 0);
	scene_clear(&scene);
}

/* The kernel takes 2047 characters; 41 of them are for the address. */
static void test_command_line_limit(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	char append[2100];
	size_t length;

	(void)state;
	for (length = 2005; length <= 2007; length++) {
		struct scene scene;

		memset(append, 'x', length);
		append[length] = 0;
		scene_make(&scene, &maps[0]);
		scene.options.append = append;
		assert_int_equal(load(&scene, &err), length <= 2006 ? 0 : -E2BIG);
		scene_clear(&scene);
	}
	assert_message(&err, "command line");
}

struct refusal_row {
	const char *name;
	uint64_t min, max;
	bool crash;
	int rc;
	const char *message;
};

static const struct refusal_row refusals[] = {
	{ "no end", 0, 0, false, -EINVAL, "--mem-max" },
	{ "crash", 0, WINDOW_END, true, -EINVAL, "-p" },
	{ "no RAM there", 2 * GIB, 3 * GIB, false, -ENOSPC, "no RAM" },
	{ "over half", 0, 513 * MIB, false, -ENOSPC, "half" },
	{ "too small for a kernel", WINDOW_START, WINDOW_START + 64 * KIB, false, -ENOSPC,
	  "kernel" },
};

static void test_refusal(void **state)
{
	const struct refusal_row *row = *state;
	_cleanup_error_ struct error err = { 0 };
	struct scene scene;

	scene_make(&scene, &maps[0]);
	scene.options.mem_min = row->min;
	scene.options.mem_max = row->max;
	scene.options.crash = row->crash;
	assert_int_equal(load(&scene, &err), row->rc);
	assert_message(&err, row->message);
	scene_clear(&scene);
}

/* Without boot_params nobody tells the other kernel what it has. */
static void test_no_linux(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	struct scene scene;

	(void)state;
	scene_make(&scene, &maps[0]);
	assert_int_equal(
		jump_init_image(&scene.options, &scene.machine, &scene.image, NULL), 0);
	scene.image.type = "elf-x86_64";
	assert_int_equal(jump_cover_memory(&scene.image, &err), -ENOTSUP);
	assert_message(&err, "elf-x86_64");
	scene_clear(&scene);
}

struct back_row {
	const char *name;
	uint64_t entry;
	bool accepted;
};

static const struct back_row backs[] = {
	{ "beside our RAM", 2 * GIB + 0x10fb, true },
	{ "in our RAM", 16 * MIB + 1, false },
	{ "low", 0x7c00, false },
	{ "highest", (1ull << 40) - 1, true },
	{ "beyond the address bus", 1ull << 40, false },
};

static void test_back(void **state)
{
	const struct back_row *row = *state;
	_cleanup_error_ struct error err = { 0 };
	const struct segment *purgatory, *pool;
	struct handover handover;
	struct scene scene;

	scene_make(&scene, &maps[0]);
	scene.options = (struct options){ .entry = row->entry };
	assert_int_equal(
		jump_back_build(&scene.options, &scene.machine, &scene.image, &err),
		row->accepted ? 0 : -EINVAL);
	if (!row->accepted) {
		assert_message(&err, "kexec_jump_back_entry=");
		scene_clear(&scene);
		return;
	}
	assert_true(scene.image.preserve_context);
	assert_int_equal(scene.image.segment_count, 2);
	purgatory = image_find_segment(&scene.image, "purgatory");
	pool = image_find_segment(&scene.image, "identity map");
	assert_int_equal(scene.image.entry, purgatory->start + PURGATORY_ENTRY_OFFSET);
	memcpy(&handover, purgatory->owned, sizeof(handover));
	assert_int_equal(handover.flags & (HANDOVER_JUMP_BACK | HANDOVER_MAP_EFI),
			 HANDOVER_JUMP_BACK);
	assert_int_equal(handover.entry.rip, row->entry);
	assert_int_equal(handover.identity_map.pool_start, pool->start);
	assert_int_equal(handover.identity_map.pool_end, pool->end);
	assert_int_equal(handover.identity_map.ram_end, MACHINE_END);
	assert_int_equal(handover.jump_back.command_line_end, 0);
	scene_clear(&scene);
}

static void test_entry(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	struct image image = { .segment_count = 2, .entry = 0x3001 };

	(void)state;
	image.segments[0] =
		(struct segment){ .name = "one", .start = 0x1000, .end = 0x2000 };
	image.segments[1] =
		(struct segment){ .name = "two", .start = 0x3000, .end = 0x4000 };
	assert_int_equal(jump_override_entry(0x3001, &image, &err), 0);
	assert_int_equal(image.warnings.count, 0);
	assert_int_equal(jump_override_entry(0x1000, &image, &err), 0);
	assert_int_equal(image.entry, 0x1000);
	assert_int_equal(image.warnings.count, 1);
	assert_int_equal(jump_override_entry(0x3fff, &image, &err), 0);
	assert_int_equal(jump_override_entry(0x2000, &image, &err), -EINVAL);
	assert_int_equal(image.entry, 0x3fff);
	assert_non_null(strstr(err.message, "[0x3000, 0x4000) two"));
	error_clear(&err);
	assert_int_equal(jump_override_entry(0xfff, &image, &err), -EINVAL);
	assert_int_equal(jump_override_entry(0x4000, &image, NULL), -EINVAL);
	image.segment_count = 0;
	image_clear(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_command_line_limit),
		cmocka_unit_test(test_no_linux),
		cmocka_unit_test(test_entry),
	};

	return RUN_TABLE(test_map, maps) + RUN_TABLE(test_cover, maps) +
	       RUN_TABLE(test_refusal, refusals) + RUN_TABLE(test_back, backs) +
	       cmocka_run_group_tests_name("jump", tests, NULL, NULL);
}
