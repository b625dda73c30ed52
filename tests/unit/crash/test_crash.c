// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/crash/crash.c and its use in bzimage64.c: the place of a crash
 * kernel, its command line, and requests that do not fit.
 */
#include "crash_fixture.h"

static void everything_lies_in_the_region(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	_cleanup_error_ struct error err = { 0 };
	size_t i;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	assert_int_equal(load(&fixture, &err), 0);
	assert_true(fixture.image.purpose == IMAGE_CRASH);
	assert_int_equal(fixture.image.segment_count, 3);
	for (i = 0; i < fixture.image.segment_count; i++) {
		assert_uint_in_range(fixture.image.segments[i].start, REGION_START,
				     REGION_END);
		assert_uint_in_range(fixture.image.segments[i].end, REGION_START,
				     REGION_END);
		assert_false(fixture.image.segments[i].unverified);
	}
	assert_null(image_find_segment(&fixture.image, "low memory copy"));
}

static void of_several_regions_the_highest_is_used(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	size_t i;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	set(&fixture.facts.reserved, 0x20000000, 0x28000000, MEMORY_RAM);
	assert_int_equal(load(&fixture, NULL), 0);
	for (i = 0; i < fixture.image.segment_count; i++)
		assert_uint_in_range(fixture.image.segments[i].start, REGION_START,
				     REGION_END);
	/* The capture kernel may still use the other region as memory. */
	assert_true(memory_map_is_type(&fixture.image.e820, 0x20000000, 0x28000000,
				       MEMORY_RAM));
}

/* Some firmware has no hole below 1 MiB. */
static void low_memory_may_go_on_above(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	set(&fixture.machine.memory, 0x1000, 0x3f000000, MEMORY_RAM);
	set(&fixture.facts.ram, 0x1000, 0x3f000000, MEMORY_RAM);
	fixture.facts.uses_low_memory = true;
	assert_int_equal(load(&fixture, NULL), 0);
	assert_int_equal(fixture.image.e820.ranges[0].start, 0);
	assert_int_equal(fixture.image.e820.ranges[0].end, 0x100000);
	assert_int_equal(fixture.image.e820.ranges[0].type, MEMORY_RAM);
	assert_int_equal(fixture.image.e820.ranges[1].start, REGION_START);
	assert_int_equal(fixture.image.low_memory.start, 0x1000);
	assert_int_equal(fixture.image.low_memory.end, 0x100000);
}

static void command_line_names_the_header(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	_cleanup_free_ char *expected = NULL;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	fixture.options.reuse_cmdline = true;
	fixture.options.append = "irqpoll -- init=x";
	assert_int_equal(load(&fixture, NULL), 0);
	assert_true(asprintf(&expected,
			     "root=/dev/sda irqpoll elfcorehdr=0x%llx -- init=x",
			     (unsigned long long)image_find_segment(&fixture.image,
								    "ELF core header")
				     ->start) > 0);
	assert_string_equal(fixture.image.command_line, expected);
}

static void acpi_root_pointer_is_named_without_efi(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	fixture.machine.efi.acpi_rsdp = 0x3f0ff014;
	assert_int_equal(load(&fixture, NULL), 0);
	assert_non_null(strstr(fixture.image.command_line, " acpi_rsdp=0x3f0ff014"));
}

static void hotplug_makes_room_and_skips_the_digest(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	const struct segment *header;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	fixture.options.hotplug = true;
	fixture.facts.elfcorehdr_size = 0x9001;
	assert_int_equal(load(&fixture, NULL), 0);
	header = image_find_segment(&fixture.image, "ELF core header");
	assert_int_equal(header->end - header->start, 0xa000);
	assert_true(header->unverified);
	assert_int_equal(fixture.image.hotplug, IMAGE_HOTPLUG_ELF_CORE_HEADER);
}

static void newer_kernels_get_the_newer_flag(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;

	(void)state;
	fixture_make(&fixture, NULL, 0);
	fixture.options.hotplug = true;
	fixture.facts.elfcorehdr_size = 0x9001;
	fixture.facts.takes_hotplug_flag = true;
	assert_int_equal(load(&fixture, NULL), 0);
	assert_int_equal(fixture.image.hotplug, IMAGE_HOTPLUG_SEGMENTS);
}

/* The dump of a machine whose region lies above, for a kernel that cannot be there. */
static void a_region_above_4_gib_is_named(void **state)
{
	static const struct poke below[] = { { 0x236, 2, 0x7d } }; /* xloadflags */
	_cleanup_(fixture_clear) struct fixture fixture;
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	fixture_make(&fixture, below, COUNT(below));
	set(&fixture.facts.reserved, 0x100000000, 0x110000000, MEMORY_RAM);
	assert_int_equal(load(&fixture, &err), -ENOTSUP);
	assert_message(&err, "[0x100000000, 0x110000000), lies above 4 GiB");
	assert_message(&err, "crashkernel=SIZE without \",high\"");
}

static void hotplug_needs_the_kernels_support(void **state)
{
	_cleanup_(fixture_clear) struct fixture fixture;
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	fixture_make(&fixture, NULL, 0);
	fixture.options.hotplug = true;
	assert_int_equal(load(&fixture, &err), -ENOTSUP);
	assert_message(&err, "--hotplug");
}

static void too_small_a_region_says_by_how_much(void **state)
{
	static const struct poke large[] = { { 0x260, 4, 0x8000000 } }; /* init_size */
	_cleanup_(fixture_clear) struct fixture fixture;
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	fixture_make(&fixture, large, COUNT(large));
	assert_int_equal(load(&fixture, &err), -ENOSPC);
	/*
	 * 128 MiB in 64 MiB less the page of the header; places follow the kernel's
	 * alignment.
	 */
	assert_message(&err,
		       "no room for the kernel: 131072 KiB are needed in one piece, "
		       "65532 KiB are left, 65540 KiB are missing");
	assert_message(&err, "crashkernel=");
}

static void fixed_kernels_are_refused(void **state)
{
	static const struct poke fixed[] = { { 0x234, 1, 0 } }; /* relocatable_kernel */
	_cleanup_(fixture_clear) struct fixture fixture;
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	fixture_make(&fixture, fixed, COUNT(fixed));
	assert_int_equal(load(&fixture, &err), -ENOTSUP);
	assert_message(&err, "not relocatable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_lies_in_the_region),
		cmocka_unit_test(of_several_regions_the_highest_is_used),
		cmocka_unit_test(low_memory_may_go_on_above),
		cmocka_unit_test(command_line_names_the_header),
		cmocka_unit_test(acpi_root_pointer_is_named_without_efi),
		cmocka_unit_test(hotplug_makes_room_and_skips_the_digest),
		cmocka_unit_test(newer_kernels_get_the_newer_flag),
		cmocka_unit_test(hotplug_needs_the_kernels_support),
		cmocka_unit_test(a_region_above_4_gib_is_named),
		cmocka_unit_test(too_small_a_region_says_by_how_much),
		cmocka_unit_test(fixed_kernels_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
