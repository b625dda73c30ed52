/* SPDX-License-Identifier: GPL-2.0-only */
/* The input of an ELF core header: a kernel of two CPUs, and memory. */
#ifndef TESTS_UNIT_CORE_REQUEST_H
#define TESTS_UNIT_CORE_REQUEST_H

#include "crash/elf_core_header.h"
#include "fixtures.h"

#define TEXT	   0xffffffff8ca00000ull
#define DIRECT_MAP 0xffff8b2400000000ull
#define FOUR_GIB   (4 * GIB)

#define RANGES	   4

static struct crash_note cpu_notes[] = { { 0x7d839400, 0x7d839400 + 368 },
					 { 0x7d939400, 0x7d939400 + 368 } };

/* Two CPUs, vmcoreinfo and a kernel below 4 GiB. There is nothing to free. */
static inline struct crash_facts make_facts(void)
{
	return (struct crash_facts){
		.text_start = 0x1f000000,
		.text_end = 0x21830000,
		.text_virtual = TEXT,
		.direct_map = DIRECT_MAP,
		.cpu_notes = cpu_notes,
		.cpu_note_count = COUNT(cpu_notes),
		.vmcoreinfo = { 0x1b2c000, 0x1b2d024 },
	};
}

struct span {
	uint64_t start, end;
};

static inline void make_map(struct memory_map *map, const struct span *ranges,
			    size_t count)
{
	size_t i;

	for (i = 0; i < count && ranges[i].end; i++)
		assert_int_equal(
			memory_map_set(map, ranges[i].start, ranges[i].end, MEMORY_RAM),
			0);
}

#endif
