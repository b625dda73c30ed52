// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/crash/crash.c: the memory that the capture kernel gets, and the
 * memory that is dumped.
 */
#include "crash_fixture.h"

/* The ranges in a row, as the boot protocol will list them. */
static void capture_kernel_sees_its_own_memory_only(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	const struct segment *header;
	const struct memory_map *e820;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	assert_int_equal(load(&fixture, NULL), 0);
	header = image_find_segment(&fixture.image, "ELF core header");
	assert_non_null(header);
	assert_int_equal(header->end, REGION_END);
	e820 = &fixture.image.e820;
	assert_int_equal(e820->count, 6);
	assert_int_equal(e820->ranges[0].start, 0);
	assert_int_equal(e820->ranges[0].end, 0x9fc00);
	assert_int_equal(e820->ranges[0].type, MEMORY_RAM);
	assert_int_equal(e820->ranges[1].type, MEMORY_RESERVED);
	assert_int_equal(e820->ranges[2].start, REGION_START);
	assert_int_equal(e820->ranges[2].end, header->start);
	assert_int_equal(e820->ranges[2].type, MEMORY_RAM);
	assert_int_equal(e820->ranges[3].start, header->start);
	assert_int_equal(e820->ranges[3].type, MEMORY_RESERVED);
	assert_int_equal(e820->ranges[4].type, MEMORY_ACPI_TABLES);
	assert_int_equal(e820->ranges[5].type, MEMORY_ACPI_NVS);
}

static void check_type(const struct image *image, uint64_t start, uint64_t end,
		       enum memory_type type)
{
	assert_true(memory_map_is_type(&image->e820, start, end, type));
}

/* Ranges keep their type, except that RAM of the crashed kernel becomes reserved. */
static void memory_of_other_types(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	struct memory_map *memory;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	memory = &fixture.machine.memory;
	set(memory, 0x100000000, 0x140000000, MEMORY_SOFT_RESERVED);
	set(memory, 0x140000000, 0x180000000, MEMORY_PERSISTENT);
	set(memory, 0x180000000, 0x1c0000000, MEMORY_PERSISTENT_LEGACY);
	set(memory, 0x1c0000000, 0x1c0001000, MEMORY_UNUSABLE);
	/* Special memory used as RAM: "System RAM (kmem)" in /proc/iomem. */
	set(&fixture.facts.ram, 0x110000000, 0x120000000, MEMORY_RAM);
	set(&fixture.facts.ram, 0x170000000, 0x190000000, MEMORY_RAM);
	assert_int_equal(load(&fixture, NULL), 0);
	check_type(&fixture.image, 0x100000000, 0x110000000, MEMORY_SOFT_RESERVED);
	check_type(&fixture.image, 0x110000000, 0x120000000, MEMORY_RESERVED);
	check_type(&fixture.image, 0x120000000, 0x140000000, MEMORY_SOFT_RESERVED);
	check_type(&fixture.image, 0x140000000, 0x180000000, MEMORY_PERSISTENT);
	check_type(&fixture.image, 0x180000000, 0x190000000, MEMORY_RESERVED);
	check_type(&fixture.image, 0x190000000, 0x1c0000000, MEMORY_PERSISTENT_LEGACY);
	check_type(&fixture.image, 0x1c0000000, 0x1c0001000, MEMORY_UNUSABLE);
}

/* For example the page of an EFI config table. */
static void what_is_reserved_within_the_region_stays_so(void **state)
{
	const uint64_t start = REGION_END - 0x1000, end = REGION_END;
	_cleanup_(fixture_clear) struct fixture fixture;
	size_t i;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	set(&fixture.machine.memory, start, end, MEMORY_RESERVED);
	assert_int_equal(load(&fixture, NULL), 0);
	for (i = 0; i < fixture.image.segment_count; i++)
		assert_true(fixture.image.segments[i].end <= start ||
			    fixture.image.segments[i].start >= end);
	assert_true(memory_map_is_type(&fixture.image.e820, start, end, MEMORY_RESERVED));
}

static void memmap_parameters_describe_the_map(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	fixture.options.pass_memmap_cmdline = true;
	assert_int_equal(load(&fixture, NULL), 0);
	assert_non_null(
		strstr(fixture.image.command_line,
		       " memmap=exactmap memmap=639K@0K memmap=385K$639K memmap="));
	assert_non_null(strstr(fixture.image.command_line, "K@786432K"));
	assert_non_null(strstr(fixture.image.command_line, " memmap=1024K#1032192K"));
	/* 0x9fc00 to 0x100000 */
	assert_non_null(strstr(fixture.image.command_line, " memmap=385K$639K"));
	assert_true(memory_map_is_type(&fixture.image.e820, 0x100000, 0x3f000000,
				       MEMORY_RAM));
}

static void old_kernels_need_low_memory_copied(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	const struct segment *copy;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	fixture.facts.uses_low_memory = true;
	assert_int_equal(load(&fixture, NULL), 0);
	copy = image_find_segment(&fixture.image, "low memory copy");
	assert_non_null(copy);
	assert_true(copy->unverified);
	assert_int_equal(copy->data_size, 0);
	assert_int_equal(fixture.image.low_memory.start, 0x1000);
	assert_int_equal(fixture.image.low_memory.end, 0x9fc00);
	assert_int_equal(fixture.image.low_memory.copy, copy->start);
	/* Otherwise the capture kernel would use the copy before it is dumped. */
	assert_true(memory_map_is_type(&fixture.image.e820, copy->start, copy->end,
				       MEMORY_RESERVED));
}

/* The dump's view of a range: 0 if it is left out, else where its contents are. */
static uint64_t dumped_from(const struct image *image, uint64_t start, uint64_t end)
{
	const struct segment *header = image_find_segment(image, "ELF core header");
	_cleanup_core_ struct core core = { 0 };
	uint64_t offset = 0;
	size_t i;

	core_read(header->owned, header->data_size, false, &core);
	for (i = 0; i < core.count; i++) {
		const struct core_entry *entry = &core.entries[i];
		bool apart = end <= entry->physical ||
			     start >= entry->physical + entry->size;

		/* The kernel text has an entry of its own, inside another one. */
		if (entry->type != CORE_LOAD || apart || entry->physical == 0x1000000)
			continue;
		assert_int_equal(offset, 0);
		assert_true(start >= entry->physical &&
			    end <= entry->physical + entry->size);
		offset = entry->offset + (start - entry->physical);
	}
	return offset;
}

static void first_mebibyte_is_not_dumped(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	set(&fixture.facts.ram, 0xf0000, 0x3f000000, MEMORY_RAM);
	assert_int_equal(load(&fixture, NULL), 0);
	assert_int_equal(dumped_from(&fixture.image, 0, 0x100000), 0);
	assert_int_equal(dumped_from(&fixture.image, 0x100000, 0x101000), 0x100000);
}

static void of_the_first_mebibyte_the_copy_is_dumped(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	const struct segment *copy;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	set(&fixture.facts.ram, 0xf0000, 0xf8000, MEMORY_RAM);
	fixture.facts.uses_low_memory = true;
	assert_int_equal(load(&fixture, NULL), 0);
	copy = image_find_segment(&fixture.image, "low memory copy");
	assert_non_null(copy);
	assert_int_equal(dumped_from(&fixture.image, 0x1000, 0x9fc00), copy->start);
	assert_int_equal(dumped_from(&fixture.image, 0x9fc00, 0x100000), 0);
}

static void cma_is_the_capture_kernels(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	const struct memory_map *e820;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	set(&fixture.facts.cma, 0x8000000, 0xa000000, MEMORY_RAM);
	/* A config table that the kernel reserves within. */
	set(&fixture.machine.memory, 0x9000000, 0x9001000, MEMORY_RESERVED);
	fixture.options.pass_memmap_cmdline = true;
	assert_int_equal(load(&fixture, NULL), 0);
	assert_non_null(strstr(fixture.image.command_line, " memmap=16384K@131072K "
							   "memmap=4K$147456K "
							   "memmap=16380K@147460K "));
	fixture.options.pass_memmap_cmdline = false;
	image_clear(&fixture.image);
	assert_int_equal(load(&fixture, NULL), 0);
	e820 = &fixture.image.e820;
	assert_true(memory_map_is_type(e820, 0x8000000, 0x9000000, MEMORY_RAM));
	assert_true(memory_map_is_type(e820, 0x9000000, 0x9001000, MEMORY_RESERVED));
	assert_true(memory_map_is_type(e820, 0x9001000, 0xa000000, MEMORY_RAM));
	assert_null(memory_map_find(e820, 0x7ffffff));
	assert_null(memory_map_find(e820, 0xa000000));
	assert_int_equal(dumped_from(&fixture.image, 0x8000000, 0xa000000), 0);
	assert_int_equal(dumped_from(&fixture.image, 0x7fff000, 0x8000000), 0x7fff000);
	assert_int_equal(fixture.image.warnings.count, 0);
}

static void cma_that_is_not_listed_is_a_warning(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	fixture.facts.cma_unlisted = true;
	assert_int_equal(load(&fixture, NULL), 0);
	assert_int_equal(fixture.image.warnings.count, 1);
	assert_non_null(strstr(fixture.image.warnings.items[0], "crash_cma_ranges"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capture_kernel_sees_its_own_memory_only),
		cmocka_unit_test(memory_of_other_types),
		cmocka_unit_test(what_is_reserved_within_the_region_stays_so),
		cmocka_unit_test(memmap_parameters_describe_the_map),
		cmocka_unit_test(old_kernels_need_low_memory_copied),
		cmocka_unit_test(first_mebibyte_is_not_dumped),
		cmocka_unit_test(of_the_first_mebibyte_the_copy_is_dumped),
		cmocka_unit_test(cma_is_the_capture_kernels),
		cmocka_unit_test(cma_that_is_not_listed_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
