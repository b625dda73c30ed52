/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine with a crash kernel region, and a load of a small crash kernel there. */
#ifndef TESTS_UNIT_CRASH_CRASH_FIXTURE_H
#define TESTS_UNIT_CRASH_CRASH_FIXTURE_H

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

static inline void set(struct memory_map *map, uint64_t start, uint64_t end,
		       enum memory_type type)
{
	assert_int_equal(memory_map_set(map, start, end, type), 0);
}

static inline void fixture_make(struct fixture *fixture, const struct poke *pokes,
				size_t count)
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

static inline void fixture_clear(struct fixture *fixture)
{
	fixture->facts.cpu_notes = NULL;
	image_clear(&fixture->image);
	kernel_file_close(&fixture->kernel);
	crash_facts_clear(&fixture->facts);
	machine_clear(&fixture->machine);
}

static inline int load(struct fixture *fixture, struct error *err)
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

#endif
