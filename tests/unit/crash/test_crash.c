// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/crash/crash.c and its use in bzimage64.c: the place of a crash
 * kernel, its memory map and command line, and requests that do not fit.
 */
#include "crash/crash.h"

#include <errno.h>

#include "arch/x86_64/bzimage64.h"
#include "core_reader.h"
#include "fixtures.h"

#define REGION_START 0x30000000ull
#define REGION_END   0x34000000ull

/* A machine of 1 GiB with a crash kernel region, and a small crash kernel. */
struct fixture {
	struct options options;
	struct machine machine;
	struct crash_facts facts;
	struct crash_note cpu_note;
	struct kernel_file kernel;
	struct image image;
	struct load_request request;
};

static void set(struct memory_map *map, uint64_t start, uint64_t end,
		enum memory_type type)
{
	assert_int_equal(memory_map_set(map, start, end, type), 0);
}

static void fixture_make(struct fixture *fixture, const struct poke *pokes, size_t count)
{
	struct memory_map *memory = &fixture->machine.memory;
	uint8_t data[SMALL_KERNEL_SIZE];

	memset(fixture, 0, sizeof(*fixture));
	make_small_kernel(data);
	apply_pokes(data, pokes, count);
	assert_int_equal(
		open_bytes(data, sizeof(data), KERNEL_FILE_AS_IS, &fixture->kernel, NULL),
		0);
	set(memory, 0, 0x9fc00, MEMORY_RAM);
	set(memory, 0x9fc00, 0x100000, MEMORY_RESERVED);
	set(memory, 0x100000, 0x3f000000, MEMORY_RAM);
	set(memory, 0x3f000000, 0x3f100000, MEMORY_ACPI_TABLES);
	set(memory, 0x3f100000, 0x3f200000, MEMORY_ACPI_NVS);
	set(memory, 0x3f200000, 0x40000000, MEMORY_RAM);
	set(&fixture->facts.ram, 0x1000, 0x9fc00, MEMORY_RAM);
	set(&fixture->facts.ram, 0x100000, 0x3f000000, MEMORY_RAM);
	set(&fixture->facts.ram, 0x3f200000, 0x40000000, MEMORY_RAM);
	set(&fixture->facts.reserved, REGION_START, REGION_END, MEMORY_RAM);
	fixture->facts.text_start = 0x1000000;
	fixture->facts.text_end = 0x2000000;
	fixture->facts.text_virtual = 0xffffffff81000000;
	fixture->facts.direct_map = 0xffff888000000000;
	fixture->cpu_note = (struct crash_note){ 0x2000000, 0x2000170 };
	fixture->facts.cpu_notes = &fixture->cpu_note;
	fixture->facts.cpu_note_count = 1;
	fixture->machine.command_line = strdup("root=/dev/sda crashkernel=64M");
	fixture->request = (struct load_request){
		.options = &fixture->options,
		.machine = &fixture->machine,
		.kernel = &fixture->kernel,
		.crash = &fixture->facts,
	};
}

static void fixture_clear(struct fixture *fixture)
{
	fixture->facts.cpu_notes = NULL;
	image_clear(&fixture->image);
	kernel_file_close(&fixture->kernel);
	crash_facts_clear(&fixture->facts);
	machine_clear(&fixture->machine);
}

static int load(struct fixture *fixture, struct error *err)
{
	_cleanup_memory_map_ struct memory_map region = { 0 };
	int rc = crash_place_region(&fixture->facts, &fixture->machine.memory, &region,
				    err);

	if (!rc)
		rc = image_init(&fixture->image, IMAGE_CRASH, IMAGE_ENTRY_64BIT, &region,
				fixture->options.mem_min, fixture->options.mem_max, err);
	if (!rc)
		rc = bzimage64_load(&fixture->request, &fixture->image, err);
	return rc;
}

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
		assert_in_range(fixture.image.segments[i].start, REGION_START,
				REGION_END);
		assert_in_range(fixture.image.segments[i].end, REGION_START, REGION_END);
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
		assert_in_range(fixture.image.segments[i].start, REGION_START,
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
		cmocka_unit_test(capture_kernel_sees_its_own_memory_only),
		cmocka_unit_test(memory_of_other_types),
		cmocka_unit_test(what_is_reserved_within_the_region_stays_so),
		cmocka_unit_test(command_line_names_the_header),
		cmocka_unit_test(acpi_root_pointer_is_named_without_efi),
		cmocka_unit_test(memmap_parameters_describe_the_map),
		cmocka_unit_test(old_kernels_need_low_memory_copied),
		cmocka_unit_test(hotplug_makes_room_and_skips_the_digest),
		cmocka_unit_test(newer_kernels_get_the_newer_flag),
		cmocka_unit_test(hotplug_needs_the_kernels_support),
		cmocka_unit_test(first_mebibyte_is_not_dumped),
		cmocka_unit_test(of_the_first_mebibyte_the_copy_is_dumped),
		cmocka_unit_test(cma_is_the_capture_kernels),
		cmocka_unit_test(cma_that_is_not_listed_is_a_warning),
		cmocka_unit_test(a_region_above_4_gib_is_named),
		cmocka_unit_test(too_small_a_region_says_by_how_much),
		cmocka_unit_test(fixed_kernels_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
