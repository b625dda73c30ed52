// SPDX-License-Identifier: GPL-2.0-only
/* The random place of a Linux kernel: every place that fits is equally likely, and no
 * other is ever chosen. */
#include "arch/x86_64/random_place.h"

#include "fixtures.h"
#include "util/sizes.h"

#define SIZE		(9 * MIB - 1000) /* not a whole number of pages */
#define STEP		(2 * MIB)
#define PREF		(16 * MIB)
#define END		(128 * MIB)
#define HIGH		(5 * GIB)

#define DRAWS_PER_PLACE 500u

struct fixture {
	struct options options;
	struct machine machine;
	struct setup_header header;
	struct image image;
	struct placement placement;
	struct load_request request;
	uint64_t seed;
};

/* RAM with holes: at 1 MiB, around 40 MiB and 90 MiB, and above 4 GiB. */
static void make(struct fixture *fixture)
{
	_cleanup_memory_map_ struct memory_map memory = { 0 };

	*fixture = (struct fixture){
		.header.relocatable_kernel = 1,
		.header.xloadflags = XLOADFLAG_KERNEL_64,
		.placement = { .name = "kernel",
			       .size = SIZE,
			       .alignment = STEP,
			       .min = PREF },
	};
	fixture->request = (struct load_request){
		.options = &fixture->options,
		.machine = &fixture->machine,
		.placement_seed = &fixture->seed,
	};
	assert_int_equal(memory_map_set(&memory, MIB, END, MEMORY_RAM), 0);
	assert_int_equal(
		memory_map_set(&memory, 40 * MIB + 4096, 41 * MIB, MEMORY_RESERVED), 0);
	assert_int_equal(memory_map_set(&memory, 90 * MIB, 99 * MIB, MEMORY_ACPI_NVS), 0);
	assert_int_equal(
		memory_map_set(&memory, HIGH + 4096, HIGH + 40 * MIB, MEMORY_RAM), 0);
	assert_int_equal(image_init(&fixture->image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT,
				    &memory, 0, 0, NULL),
			 0);
}

/* Returns the place that a seed leads to; 0 if it is left open. */
static uint64_t draw(struct fixture *fixture, uint64_t seed)
{
	struct placement placement = fixture->placement;

	fixture->seed = seed;
	fixture->image.random_place = (struct image_random_place){ 0 };
	string_list_clear(&fixture->image.notes);
	random_place_choose(&fixture->request, &fixture->header, &fixture->image,
			    &placement);
	if (!fixture->image.random_place.drawn) {
		assert_int_equal(placement.min, fixture->placement.min);
		assert_int_equal(placement.max, fixture->placement.max);
		return 0;
	}
	assert_int_equal(fixture->image.random_place.seed, seed);
	assert_int_equal(placement.max - placement.min, 9 * MIB);
	return placement.min;
}

static bool fits(const struct fixture *fixture, uint64_t start)
{
	uint64_t max = fixture->placement.max, end = start + 9 * MIB;

	return start >= fixture->placement.min && start % STEP == 0 &&
	       (!max || end <= max) &&
	       memory_map_is_type(&fixture->image.space.free, start, end, MEMORY_RAM);
}

/*
 * Draws with consecutive seeds. The sum of squared deviations follows a chi-squared
 * distribution with places - 1 degrees of freedom; 2 * places is out of reach by chance
 * for the 20 places and more here.
 */
static void check_uniform(struct fixture *fixture, uint64_t max, unsigned expected)
{
	unsigned places = 0, hit[64] = { 0 };
	uint64_t starts[64], at, seed;
	double deviation = 0;
	unsigned i;

	fixture->placement.max = max;
	for (at = 0; at < HIGH + 64 * MIB; at += STEP)
		if (fits(fixture, at))
			starts[places++] = at;
	assert_int_equal(places, expected);
	for (seed = 0; seed < (uint64_t)DRAWS_PER_PLACE * places; seed++) {
		uint64_t start = draw(fixture, seed);

		assert_int_equal(fixture->image.random_place.count, places);
		for (i = 0; i < places && starts[i] != start; i++)
			;
		if (i == places)
			fail_msg("seed %#llx leads to %#llx, which does not fit",
				 (unsigned long long)seed, (unsigned long long)start);
		hit[i]++;
	}
	for (i = 0; i < places; i++)
		deviation += ((double)hit[i] - DRAWS_PER_PLACE) *
			     ((double)hit[i] - DRAWS_PER_PLACE) / DRAWS_PER_PLACE;
	if (deviation > 2 * places)
		fail_msg("%u places are not equally likely: chi squared is %g", places,
			 deviation);
}

static void test_uniform(void **state)
{
	struct fixture fixture;

	(void)state;
	make(&fixture);
	/* 16 to 31 MiB: 8; 42 to 81: 20; 100 to 119: 10; from 5 GiB + 2 MiB on: 15. */
	check_uniform(&fixture, 0, 53);
	check_uniform(&fixture, 4 * GIB, 38);
	check_uniform(&fixture, 89 * MIB - 1, 27);
	image_clear(&fixture.image);
}

static void test_exceptions(void **state)
{
	struct fixture fixture;
	static const struct {
		const char *line;
		bool random;
	} lines[] = {
		{ "quiet", true },
		{ "quiet nokaslr", false },
		{ "mem=512M", false },
		{ "memmap=1M!4G", false },
		{ "movable_node", false },
		{ "memory=1 nokaslrx", true },
		{ "quiet -- nokaslr", true },
	};
	char nokaslr[] = "quiet nokaslr";
	size_t i;

	(void)state;
	make(&fixture);
	for (i = 0; i < COUNT(lines); i++) {
		fixture.options.append = lines[i].line;
		assert_int_equal(!draw(&fixture, 7), !lines[i].random);
		fixture.options.append = NULL;
		fixture.request.command_line = lines[i].line;
		assert_int_equal(!draw(&fixture, 7), !lines[i].random);
		fixture.request.command_line = NULL;
	}
	fixture.machine.command_line = nokaslr;
	assert_true(draw(&fixture, 7));
	fixture.options.reuse_cmdline = true;
	assert_false(draw(&fixture, 7));
	fixture.options.reuse_cmdline = false;
	fixture.image.purpose = IMAGE_CRASH;
	assert_false(draw(&fixture, 7));
	fixture.image.purpose = IMAGE_JUMP;
	assert_false(draw(&fixture, 7));
	fixture.image.purpose = IMAGE_NORMAL;
	fixture.image.registers.mode = IMAGE_ENTRY_REAL;
	assert_false(draw(&fixture, 7));
	fixture.image.registers.mode = IMAGE_ENTRY_32BIT;
	assert_true(draw(&fixture, 7));
	fixture.header.xloadflags = 0;
	assert_false(draw(&fixture, 7));
	fixture.header.xloadflags = XLOADFLAG_KERNEL_64;
	fixture.header.relocatable_kernel = 0;
	assert_false(draw(&fixture, 7));
	fixture.header.relocatable_kernel = 1;
	fixture.options.no_random_placement = true;
	assert_false(draw(&fixture, 7));
	image_clear(&fixture.image);
}

/* Without a seed the places are only counted; if nothing fits, nothing is drawn. */
static void test_not_drawn(void **state)
{
	struct fixture fixture;

	(void)state;
	make(&fixture);
	fixture.request.placement_seed = NULL;
	assert_false(draw(&fixture, 7));
	assert_int_equal(fixture.image.random_place.count, 53);
	fixture.request.placement_seed = &fixture.seed;
	fixture.placement.size = 2 * GIB;
	assert_false(draw(&fixture, 7));
	assert_int_equal(fixture.image.random_place.count, 0);
	image_clear(&fixture.image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_not_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
