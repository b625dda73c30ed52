// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/image/image.c: the places and contents of segments. */
#include "image/image.h"

#include <errno.h>

#include "fixtures.h"

/*
 * A machine with irregular RAM: below 640 KiB, from 1 MiB to 1 GiB with a firmware table
 * inside that is not page-aligned, and 1 GiB above 4 GiB.
 */
#define TABLE_START 0x20000800ull
#define TABLE_END   0x20003010ull
#define RAM_END	    (GIB - 0x123)
#define HIGH_START  (4 * GIB)
#define HIGH_END    (5 * GIB)

static void make_machine(struct memory_map *memory)
{
	assert_int_equal(memory_map_set(memory, 0, 0x9fc00, MEMORY_RAM), 0);
	assert_int_equal(memory_map_set(memory, MIB, RAM_END, MEMORY_RAM), 0);
	assert_int_equal(memory_map_set(memory, TABLE_START, TABLE_END, MEMORY_ACPI_NVS),
			 0);
	assert_int_equal(memory_map_set(memory, HIGH_START, HIGH_END, MEMORY_RAM), 0);
}

/* clang-format off */
static const struct place_case {
	const char *name;
	uint64_t place_min, place_max;
	struct placement placement;
	int rc;
	uint64_t start, end; /* or, on error: */
	const char *message;
} place_cases[] = {
	{ "lowest is 1 MiB", 0, 0, { "x", 1, 1, 0, 0, false, false }, 0, MIB, MIB + 4096, NULL },
	{ "one byte becomes a page", 0, 0, { "x", 1, 1, 0x10000001, 0, false, false }, 0,
	  0x10001000, 0x10002000, NULL },
	{ "a page and a byte are two pages", 0, 0, { "x", 4097, 4096, 0, 0, false, false }, 0,
	  MIB, MIB + 8192, NULL },
	{ "highest", 0, 0, { "x", 4096, 1, 0, 0, true, false }, 0, HIGH_END - 4096, HIGH_END,
	  NULL },
	{ "highest below a limit within a page", 0, 0,
	  { "x", 4096, 1, 0, 4 * GIB, true, false }, 0, 0x3fffe000, 0x3ffff000, NULL },
	{ "up to the page that a table begins in", 0, 0,
	  { "x", 0x1000, 1, 0, TABLE_START + 0x1000, true, false }, 0, 0x1ffff000, 0x20000000,
	  NULL },
	{ "from the page behind a table", 0, 0,
	  { "x", 0x1000, 1, TABLE_START, 0, false, false }, 0, 0x20004000, 0x20005000, NULL },
	{ "not over a table", 0, 0, { "x", 256 * MIB, 256 * MIB, 0, 4 * GIB, true, false }, 0,
	  0x10000000, 0x20000000, NULL },
	{ "aligned upwards", 0, 0, { "x", 4096, 16 * MIB, 17 * MIB, 0, false, false }, 0,
	  32 * MIB, 32 * MIB + 4096, NULL },
	{ "aligned downwards", 0, 0, { "x", 4096, 16 * MIB, 0, 100 * MIB, true, false }, 0,
	  96 * MIB - 0, 96 * MIB + 4096, NULL },
	{ "limit is the end, not the start", 0, 0,
	  { "x", 4 * MIB, 1, 0, 5 * MIB, false, false }, 0, MIB, 5 * MIB, NULL },
	{ "a byte less than it needs", 0, 0,
	  { "initrd", 4 * MIB, 1, 0, 5 * MIB - 1, false, false }, -ENOSPC, 0, 0,
	  "no free memory for the initrd: 0x400000 bytes" },
	{ "no range is large enough", 0, 0, { "initrd", GIB + 1, 1, 0, 0, false, false },
	  -ENOSPC, 0, 0, "or more memory, is needed" },
	{ "all of the high memory", 0, 0, { "x", GIB, 1, 0, 0, false, false }, 0, HIGH_START,
	  HIGH_END, NULL },
	{ "only low memory is asked for", 0, 0, { "x", GIB, 1, 0, 4 * GIB, false, false },
	  -ENOSPC, 0, 0, "between 0x100000 and 0x100000000" },
	{ "room above its limit", 0, 0, { "initrd", GIB, 1, 0, 4 * GIB, false, false },
	  -ENOSPC, 0, 0, "room above, but it must end at 0x100000000 (4096 MiB) or below" },
	{ "no room above its limit", 0, 0,
	  { "initrd", GIB + 1, 1, 0, 4 * GIB, false, false }, -ENOSPC, 0, 0,
	  "between 0x100000 and 0x100000000; a smaller kernel" },
	{ "size that wraps", 0, 0, { "x", UINT64_MAX, 1, 0, 0, false, false }, -ENOSPC, 0, 0,
	  "no free memory" },
	{ "min above everything", 0, 0, { "x", 1, 1, UINT64_MAX, 0, true, false }, -ENOSPC, 0,
	  0, "no free memory" },
	{ "--mem-min", 0x30000001, 0, { "x", 1, 1, 0, 0, false, false }, 0, 0x30001000,
	  0x30002000, NULL },
	{ "--mem-min below 1 MiB", 0x1000, 0, { "x", 1, 1, 0, 0, false, false }, 0, MIB,
	  MIB + 4096, NULL },
	{ "--mem-min above all RAM", 8 * GIB, 0, { "x", 1, 1, 0, 0, false, false }, -ENOSPC, 0,
	  0, "for the x: --mem-min and --mem-max leave no usable part of RAM" },
	{ "--mem-max", 0, 0x2ffff, { "x", 1, 1, 0, 0, false, false }, -ENOSPC, 0, 0,
	  "--mem-min and --mem-max" },
	{ "--mem-max within a page", 0, 0x200fff, { "x", 1, 1, 0, 0, true, false }, 0,
	  0x1ff000, 0x200000, NULL },
	{ "--mem-min over --mem-max", 0x400000, 0x300000, { "x", 1, 1, 0, 0, true, false },
	  -ENOSPC, 0, 0, "--mem-min and --mem-max" },
	{ "--mem-min at the last page", UINT64_MAX, 0, { "x", 1, 1, 0, 0, true, false },
	  -ENOSPC, 0, 0, "--mem-min and --mem-max" },
	{ "highest below 1 MiB", 0, 0, { "x", 4096, 1, 0, 0, true, true }, 0, 0x9e000, 0x9f000,
	  NULL },
	{ "lowest below 1 MiB", 0, 0, { "x", 4096, 1, 0, 0, false, true }, 0, 0x3000, 0x4000,
	  NULL },
	{ "--mem-min is not for low memory", GIB, 0, { "x", 4096, 1, 0, 0x20000, true, true },
	  0, 0x1f000, 0x20000, NULL },
	{ "more than there is below 1 MiB", 0, 0, { "x", 0x9d000, 1, 0, 0, false, true },
	  -ENOSPC, 0, 0, "below 1 MiB for the x: 0x9d000 bytes" },
	{ "--mem-max and its own limit", 0, 64 * MIB,
	  { "x", 4096, 1, 0, 32 * MIB, true, false }, 0, 32 * MIB - 4096, 32 * MIB, NULL },
};
/* clang-format on */

static void place_case(void **state)
{
	const struct place_case *row = *state;
	_cleanup_memory_map_ struct memory_map memory = { 0 };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct segment *segment = NULL;

	make_machine(&memory);
	assert_int_equal(image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT, &memory,
				    row->place_min, row->place_max, &err),
			 0);
	assert_int_equal(image_place(&image, &row->placement, &segment, &err), row->rc);
	if (row->rc) {
		assert_message(&err, row->message);
		assert_null(segment);
		assert_int_equal(image.segment_count, 0);
		return;
	}
	assert_int_equal(segment->start, row->start);
	assert_int_equal(segment->end, row->end);
	assert_int_equal(segment->data_size, 0);
	assert_string_equal(segment->name, row->placement.name);
}

/* Pages at 0 and at the very end of the address space must not cause an overflow. */
static void ram_up_to_the_last_byte(void **state)
{
	static const struct placement highest = { "x", 4096, 1, 0, 0, true, false };
	_cleanup_memory_map_ struct memory_map memory = { 0 };
	_cleanup_image_ struct image image = { 0 };
	struct segment *segment;

	(void)state;
	assert_int_equal(memory_map_set(&memory, 0, UINT64_MAX, MEMORY_RAM), 0);
	assert_int_equal(
		image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT, &memory, 0, 0, NULL),
		0);
	assert_int_equal(image_place(&image, &highest, &segment, NULL), 0);
	assert_int_equal(segment->start, 0xffffffffffffe000ull);
	assert_int_equal(segment->end, 0xfffffffffffff000ull);
}

static void segments_never_overlap_and_sixteen_are_the_most(void **state)
{
	_cleanup_memory_map_ struct memory_map memory = { 0 };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct placement placement = { .name = "piece", .size = 3 * MIB + 1 };
	struct segment *segment;
	size_t i, j;

	(void)state;
	make_machine(&memory);
	assert_int_equal(
		image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT, &memory, 0, 0, &err),
		0);
	for (i = 0; i < 16; i++) {
		placement.highest = i & 1;
		placement.alignment = i % 3 ? 1 : 2 * MIB;
		assert_int_equal(image_place(&image, &placement, &segment, &err), 0);
		for (j = 0; j < i; j++)
			assert_true(segment->end <= image.segments[j].start ||
				    segment->start >= image.segments[j].end);
	}
	assert_int_equal(image_place(&image, &placement, &segment, &err), -E2BIG);
	assert_message(&err, "the piece would be segment 17, kexec_load takes 16");
	assert_int_equal(image.segment_count, 16);
}

static void find_by_name(void **state)
{
	static const struct placement one = { .name = "one", .size = 1 },
				      two = { .name = "two", .size = 1 };
	_cleanup_memory_map_ struct memory_map memory = { 0 };
	_cleanup_image_ struct image image = { 0 };
	struct segment *first, *second;

	(void)state;
	make_machine(&memory);
	assert_int_equal(
		image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT, &memory, 0, 0, NULL),
		0);
	assert_int_equal(image_place(&image, &one, &first, NULL), 0);
	assert_int_equal(image_place(&image, &two, &second, NULL), 0);
	assert_ptr_equal(image_find_segment(&image, "one"), first);
	assert_ptr_equal(image_find_segment(&image, "two"), second);
	assert_null(image_find_segment(&image, "three"));
}

/* A page with ten bytes of data, from byte 3 of a file or of memory. */
static const struct read_case {
	const char *name;
	uint64_t offset;
	size_t size;
	const char *expected;
} read_cases[] = {
	{ "all data", 0, 10, "3456789abc" },
	{ "its end", 7, 3, "abc" },
	{ "over the end of the data", 8, 6, "bc\0\0\0\0" },
	{ "from the end on", 10, 4, "\0\0\0\0" },
	{ "only zeros", 4092, 4, "\0\0\0\0" },
	{ "nothing", 5, 0, "" },
};

static void read_case(void **state)
{
	const struct read_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	struct segment segment = { .start = 0, .end = 4096 };
	char buffer[16];
	uint8_t *data;

	assert_int_equal(
		open_bytes("0123456789abcdef", 16, KERNEL_FILE_AS_IS, &file, NULL), 0);
	segment_set_file(&segment, &file, 3, 10);
	memset(buffer, 0xee, sizeof(buffer));
	assert_int_equal(segment_read(&segment, row->offset, buffer, row->size, NULL), 0);
	assert_memory_equal(buffer, row->expected, row->size);
	assert_memory_equal(segment_data(&segment), "3456789abc", 10);

	segment = (struct segment){ .start = 0, .end = 4096 };
	data = segment_allocate(&segment, 10);
	assert_non_null(data);
	assert_int_equal(segment.data_size, 10);
	memcpy(data, "3456789abc", 10);
	memset(buffer, 0xee, sizeof(buffer));
	assert_int_equal(segment_read(&segment, row->offset, buffer, row->size, NULL), 0);
	assert_memory_equal(buffer, row->expected, row->size);
	assert_ptr_equal(segment_data(&segment), data);
	free(data);
}

static void above_four_levels(void **state)
{
	const struct placement placement = { .name = "kernel", .size = 8 * MIB };
	_cleanup_memory_map_ struct memory_map ram = { 0 };
	_cleanup_image_ struct image image = { 0 }, unlimited = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct segment *segment;

	(void)state;
	assert_int_equal(memory_map_set(&ram, MIB, 4 * MIB, MEMORY_RAM), 0);
	assert_int_equal(memory_map_set(&ram, FOUR_LEVELS_END - MIB,
					FOUR_LEVELS_END + 8 * MIB, MEMORY_RAM),
			 0);
	assert_int_equal(
		image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT, &ram, 0, 0, NULL), 0);
	assert_int_equal(image_limit_to_four_levels(&image, NULL), 0);
	/* A second limit does not forget what the first one took. */
	assert_int_equal(image_limit_to_four_levels(&image, NULL), 0);
	assert_int_equal(image_place(&image, &placement, &segment, &err), -ENOSPC);
	assert_message(&err, "RAM above 64 TiB, but 4 levels of page tables");
	assert_int_equal(
		image_init(&unlimited, IMAGE_NORMAL, IMAGE_ENTRY_64BIT, &ram, 0, 0, NULL),
		0);
	assert_int_equal(image_place(&unlimited, &placement, &segment, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(ram_up_to_the_last_byte),
		cmocka_unit_test(segments_never_overlap_and_sixteen_are_the_most),
		cmocka_unit_test(find_by_name),
		cmocka_unit_test(above_four_levels),
	};

	return RUN_TABLE(place_case, place_cases) + RUN_TABLE(read_case, read_cases) +
	       cmocka_run_group_tests_name("others", others, NULL, NULL);
}
