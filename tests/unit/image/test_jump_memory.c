// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/image/jump.c: a kernel that may jump back gets only memory that the
 * segments cover, page by page.
 */
#include "arch/x86_64/e820.h"
#include "jump_fixture.h"

#define PAGE 4096ull

static const struct map_row maps[] = {
	PLAIN_MAP,
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

/* Returns whether the other kernel may use the page: RAM below 1 MiB or in the window. */
static bool may_have(const struct memory_map *memory, uint64_t page,
		     const struct map_row *row)
{
	if (!memory_map_is_type(memory, page, page + PAGE, MEMORY_RAM) || !page)
		return false;
	return page < MIB || (page >= row->min && page + PAGE <= row->max);
}

/* The window of the row in this machine, and the memory map that follows from it. */
static void make_map(const struct map_row *row, const struct machine *machine,
		     struct image *image, uint64_t *left_out)
{
	struct load_request request = { .machine = machine };

	assert_int_equal(jump_window(&machine->memory, row->min, row->max,
				     &image->jump.window, left_out, NULL),
			 0);
	image->purpose = IMAGE_JUMP;
	assert_int_equal(e820_make(&request, image, NULL), 0);
}

static void test_map(void **state)
{
	const struct map_row *row = *state;
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_image_ struct image image = { 0 };
	const struct memory_map *memory = &machine.memory, *map = &image.e820;
	uint64_t left_out, page, missing = 0, missing_low = 0;
	size_t i, pieces = 0;

	fill_map(row->ranges, COUNT(row->ranges), &machine.memory);
	make_map(row, &machine, &image, &left_out);
	for (i = 0; i < map->count; i++)
		pieces += map->ranges[i].type == MEMORY_RAM;
	assert_int_equal(pieces, row->pieces);
	assert_int_equal(left_out, row->left_out);
	for (page = 0; page < MACHINE_END; page += PAGE) {
		const struct memory_range *before = memory_map_find(memory, page);
		const struct memory_range *after = memory_map_find(map, page);
		bool given = memory_map_is_type(map, page, page + PAGE, MEMORY_RAM);

		/*
		 * Ranges other than RAM keep their type; RAM stays RAM or becomes
		 * reserved.
		 */
		assert_true(!before == !after);
		if (before && before->type != MEMORY_RAM)
			assert_int_equal(after->type, before->type);
		else if (before)
			assert_true(given || after->type == MEMORY_RESERVED);
		assert_true(!given || may_have(memory, page, row));
		if (!given && may_have(memory, page, row))
			*(page < MIB ? &missing_low : &missing) += PAGE;
	}
	assert_int_equal(missing, row->left_out);
	/* Low memory has one piece: the smaller range, 0x1000 to 0x20000, is left out. */
	assert_int_equal(missing_low, strcmp(row->name, "two low pieces") ? 0 : 0x1f000);
}

/* RAM in which nothing may be placed is reserved for the other kernel, not its own. */
static void test_only_placeable(void **state)
{
	static const struct range ram[] = { { 0x1000, MACHINE_END, MEMORY_RAM } };
	static const struct range used[] = { { 0x1000, 80 * MIB, MEMORY_RAM },
					     { 100 * MIB, MACHINE_END, MEMORY_RAM } };
	const struct options options = { .preserve_context = true,
					 .mem_min = 64 * MIB,
					 .mem_max = 128 * MIB };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_image_ struct image image = { 0 };
	const struct load_request request = { .machine = &machine, .options = &options };

	(void)state;
	fill_map(ram, COUNT(ram), &machine.memory);
	fill_map(used, COUNT(used), &machine.placeable);
	assert_int_equal(
		jump_init_image(&options, &machine, IMAGE_ENTRY_64BIT, &image, NULL), 0);
	assert_int_equal(e820_make(&request, &image, NULL), 0);
	assert_true(memory_map_is_type(&image.e820, 64 * MIB, 80 * MIB, MEMORY_RAM));
	assert_true(
		memory_map_is_type(&image.e820, 80 * MIB, 100 * MIB, MEMORY_RESERVED));
	assert_true(memory_map_is_type(&image.e820, 100 * MIB, 128 * MIB, MEMORY_RAM));
}

/* Returns the number of segments that hold this page. */
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
	struct fixture fixture;
	uint64_t page;

	fixture_make(&fixture, row);
	assert_int_equal(load(&fixture, NULL), 0);
	assert_true(fixture.image.purpose == IMAGE_JUMP);
	assert_true(fixture.image.segment_count <= 16);
	for (page = 0; page < MACHINE_END; page += PAGE) {
		const struct memory_range *range =
			memory_map_find(&fixture.image.e820, page);
		bool own = range && range->type == MEMORY_RAM;

		if (holders(&fixture.image, page) != own)
			fail_msg("page %#llx: %u segments, RAM: %d",
				 (unsigned long long)page, holders(&fixture.image, page),
				 own);
	}
	fixture_clear(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_placeable),
	};

	return RUN_TABLE(test_map, maps) + RUN_TABLE(test_cover, maps) +
	       cmocka_run_group_tests_name("placeable", tests, NULL, NULL);
}
