// SPDX-License-Identifier: GPL-2.0-only
/* The ELF core header, read by another reader than wrote it. */
#include <errno.h>

#include "core_reader.h"
#include "elf_core_header.h"
#include "fixtures.h"

#define TEXT	   0xffffffff8ca00000ull
#define DIRECT_MAP 0xffff8b2400000000ull
#define FOUR_GIB   (4 * GIB)

#define RANGES	   4
#define ENTRIES	   10

static struct crash_note cpu_notes[] = { { 0x7d839400, 0x7d839400 + 368 },
					 { 0x7d939400, 0x7d939400 + 368 } };

/* Two CPUs, vmcoreinfo, a kernel below 4 GiB; nothing to free. */
static struct crash_facts make_facts(void)
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

static void make_map(struct memory_map *map, const struct span *ranges, size_t count)
{
	size_t i;

	for (i = 0; i < count && ranges[i].end; i++)
		assert_int_equal(
			memory_map_set(map, ranges[i].start, ranges[i].end, MEMORY_RAM),
			0);
}

/* A PT_LOAD of RAM: where it is, how long, and where its contents are. */
struct ram {
	uint64_t start, size, offset;
};

#define WHOLE(start, end)                     \
	{                                     \
		start, (end) - (start), start \
	}

static const struct dump {
	const char *name;
	struct span ranges[RANGES];
	uint64_t low_start, low_end, low_copy;
	struct ram expected[ENTRIES];
} dumps[] = {
	{ "nothing copied",
	  { { 0x1000, 0xa0000 }, { 0x100000, 0x6b000000 }, { FOUR_GIB, 2 * FOUR_GIB } },
	  0,
	  0,
	  0,
	  { WHOLE(0x1000, 0xa0000), WHOLE(0x100000, 0x6b000000),
	    WHOLE(FOUR_GIB, 2 * FOUR_GIB) } },
	{ "an empty copy somewhere",
	  { { 0x1000, 0xa0000 } },
	  0x2000,
	  0x2000,
	  0x7a000000,
	  { WHOLE(0x1000, 0xa0000) } },
	{ "a whole range is copied",
	  { { 0x1000, 0x9fc00 }, { 0x100000, 0x6b000000 } },
	  0x1000,
	  0x9fc00,
	  0x7a001000,
	  { { 0x1000, 0x9ec00, 0x7a001000 }, WHOLE(0x100000, 0x6b000000) } },
	{ "its front is copied",
	  { { 0, 0xa0000 } },
	  0,
	  0x8000,
	  0x7a000000,
	  { { 0, 0x8000, 0x7a000000 }, WHOLE(0x8000, 0xa0000) } },
	{ "its end is copied",
	  { { 0x1000, 0xa0000 } },
	  0x9e000,
	  0xa0000,
	  0x7a000000,
	  { WHOLE(0x1000, 0x9e000), { 0x9e000, 0x2000, 0x7a000000 } } },
	{ "its middle is copied",
	  { { 0x1000, 0xa0000 } },
	  0x4000,
	  0x6000,
	  0x7a000000,
	  { WHOLE(0x1000, 0x4000),
	    { 0x4000, 0x2000, 0x7a000000 },
	    WHOLE(0x6000, 0xa0000) } },
	{ "parts of three ranges and the holes between are copied",
	  { { 0x1000, 0x3000 }, { 0x5000, 0x7000 }, { 0x9000, 0xb000 } },
	  0x2000,
	  0xa000,
	  0x7a000000,
	  { WHOLE(0x1000, 0x2000),
	    { 0x2000, 0x1000, 0x7a000000 },
	    { 0x5000, 0x2000, 0x7a003000 },
	    { 0x9000, 0x1000, 0x7a007000 },
	    WHOLE(0xa000, 0xb000) } },
	{ "more is copied than there is",
	  { { 0x1000, 0x9fc00 }, { 0x100000, 0x200000 } },
	  0,
	  0xa0000,
	  0x7a000000,
	  { { 0x1000, 0x9ec00, 0x7a001000 }, WHOLE(0x100000, 0x200000) } },
	{ "what is copied is not dumped",
	  { { 0x100000, 0x200000 } },
	  0x1000,
	  0xa0000,
	  0x7a000000,
	  { WHOLE(0x100000, 0x200000) } },
	{ "what is copied touches what is dumped",
	  { { 0x1000, 0x2000 }, { 0x4000, 0x5000 } },
	  0x2000,
	  0x4000,
	  0x7a000000,
	  { WHOLE(0x1000, 0x2000), WHOLE(0x4000, 0x5000) } },
	{ "nothing to dump at all", { { 0 } }, 0, 0, 0, { { 0 } } },
};

static void assert_entry_note(const struct core_entry *entry, struct crash_note note)
{
	assert_int_equal(entry->type, CORE_NOTE);
	assert_int_equal(entry->flags, 0);
	assert_int_equal(entry->offset, note.start);
	assert_int_equal(entry->physical, note.start);
	assert_int_equal(entry->virtual_start, 0);
	assert_int_equal(entry->size, note.end - note.start);
	assert_int_equal(entry->file_size, note.end - note.start);
	assert_int_equal(entry->alignment, 0);
}

static void assert_entry_load(const struct core_entry *entry, struct ram ram,
			      uint64_t virtual_start)
{
	assert_int_equal(entry->type, CORE_LOAD);
	assert_int_equal(entry->flags, 7);
	assert_int_equal(entry->offset, ram.offset);
	assert_int_equal(entry->physical, ram.start);
	assert_int_equal(entry->virtual_start, virtual_start);
	assert_int_equal(entry->size, ram.size);
	assert_int_equal(entry->file_size, ram.size);
	assert_int_equal(entry->alignment, 0);
}

/* Notes of the CPUs, vmcoreinfo, kernel; the index of what follows. */
static size_t assert_front(const struct core *core, const struct crash_facts *facts,
			   bool elf32)
{
	struct ram text = { facts->text_start, facts->text_end - facts->text_start,
			    facts->text_start };
	size_t i;

	assert_true(core->count >= facts->cpu_note_count + 2);
	for (i = 0; i < facts->cpu_note_count; i++)
		assert_entry_note(&core->entries[i], facts->cpu_notes[i]);
	assert_entry_note(&core->entries[i++], facts->vmcoreinfo);
	assert_entry_load(&core->entries[i++], text, elf32 ? 0 : facts->text_virtual);
	return i;
}

static void test_dump(void **state)
{
	const struct dump *row = *state;
	_cleanup_memory_map_ struct memory_map dump = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct crash_facts facts = make_facts();
	struct elf_core_request request = {
		.facts = &facts,
		.dump = &dump,
		.low_start = row->low_start,
		.low_end = row->low_end,
		.low_copy = row->low_copy,
	};
	_cleanup_core_ struct core core = { 0 };
	_cleanup_free_ uint8_t *data = NULL;
	size_t size, next, i;

	make_map(&dump, row->ranges, RANGES);
	assert_int_equal(elf_core_header_make(&request, &data, &size, &err), 0);
	assert_null(err.message);
	core_read(data, size, false, &core);
	next = assert_front(&core, &facts, false);
	for (i = 0; i < ENTRIES && row->expected[i].size; i++) {
		assert_true(next < core.count);
		assert_entry_load(&core.entries[next++], row->expected[i],
				  DIRECT_MAP + row->expected[i].start);
	}
	assert_int_equal(next, core.count);
	assert_int_equal(size, elf_core_header_size(3, core.count - 3, false));
}

static void test_without_vmcoreinfo(void **state)
{
	_cleanup_memory_map_ struct memory_map dump = { 0 };
	struct crash_facts facts = make_facts();
	struct elf_core_request request = { .facts = &facts, .dump = &dump };
	_cleanup_core_ struct core core = { 0 };
	_cleanup_free_ uint8_t *data = NULL;
	size_t size;

	(void)state;
	facts.vmcoreinfo = (struct crash_note){ 0 };
	assert_int_equal(elf_core_header_make(&request, &data, &size, NULL), 0);
	core_read(data, size, false, &core);
	assert_int_equal(core.count, 3);
	assert_entry_note(&core.entries[1], cpu_notes[1]);
	assert_int_equal(core.entries[2].type, CORE_LOAD);
}

/* What is not RAM is not read by a capture kernel, even if it stands in the map. */
static void test_only_ram(void **state)
{
	_cleanup_memory_map_ struct memory_map dump = { 0 };
	struct crash_facts facts = make_facts();
	struct elf_core_request request = { .facts = &facts, .dump = &dump };
	_cleanup_core_ struct core core = { 0 };
	_cleanup_free_ uint8_t *data = NULL;
	size_t size;

	(void)state;
	assert_int_equal(memory_map_set(&dump, 0x1000, 0x5000, MEMORY_RAM), 0);
	assert_int_equal(memory_map_set(&dump, 0x2000, 0x3000, MEMORY_ACPI_NVS), 0);
	assert_int_equal(elf_core_header_make(&request, &data, &size, NULL), 0);
	core_read(data, size, false, &core);
	assert_int_equal(core.count, 6);
	assert_int_equal(core.entries[4].physical, 0x1000);
	assert_int_equal(core.entries[5].physical, 0x3000);
}

static void test_elf32(void **state)
{
	static const struct span ranges[] = { { 0x1000, 0xa0000 },
					      { 0x100000, FOUR_GIB } };
	_cleanup_memory_map_ struct memory_map dump = { 0 };
	struct crash_facts facts = make_facts();
	struct elf_core_request request = {
		.facts = &facts,
		.dump = &dump,
		.low_start = 0x1000,
		.low_end = 0xa0000,
		.low_copy = 0x7a000000,
		.elf32 = true,
	};
	_cleanup_core_ struct core core = { 0 };
	_cleanup_free_ uint8_t *data = NULL;
	size_t size, next;

	(void)state;
	make_map(&dump, ranges, COUNT(ranges));
	assert_int_equal(elf_core_header_make(&request, &data, &size, NULL), 0);
	core_read(data, size, true, &core);
	next = assert_front(&core, &facts, true);
	assert_int_equal(core.count, next + 2);
	assert_entry_load(&core.entries[next],
			  (struct ram){ 0x1000, 0x9f000, 0x7a000000 }, 0);
	assert_entry_load(&core.entries[next + 1], (struct ram)WHOLE(0x100000, FOUR_GIB),
			  0);
	assert_int_equal(size, elf_core_header_size(3, 3, true));
}

static const struct bad {
	const char *name;
	struct span ranges[RANGES];
	uint64_t text_start, text_end; /* 0: as usual */
	struct crash_note note;	       /* instead of the second CPU's, unless empty */
	uint64_t low_copy;	       /* of the first MiB, unless 0 */
	uint64_t direct_map;	       /* 0: as usual */
	bool no_cpus, elf32;
	int error;
	const char *message;
} bad[] = {
	{ .name = "32 bits, RAM above 4 GiB",
	  .ranges = { { 0x1000, 0xa0000 }, { FOUR_GIB, FOUR_GIB + 0x1000 } },
	  .elf32 = true,
	  .error = EOVERFLOW,
	  .message = "--elf64-core-headers" },
	{ .name = "32 bits, RAM across 4 GiB",
	  .ranges = { { 0x1000, FOUR_GIB + 1 } },
	  .elf32 = true,
	  .error = EOVERFLOW,
	  .message = "0x100000001" },
	{ .name = "32 bits, kernel above 4 GiB",
	  .text_start = FOUR_GIB,
	  .text_end = FOUR_GIB + 0x1000,
	  .elf32 = true,
	  .error = EOVERFLOW,
	  .message = "--elf32-core-headers" },
	{ .name = "32 bits, note above 4 GiB",
	  .note = { FOUR_GIB, FOUR_GIB + 368 },
	  .elf32 = true,
	  .error = EOVERFLOW,
	  .message = "--elf32-core-headers" },
	{ .name = "32 bits, copy above 4 GiB",
	  .ranges = { { 0x1000, 0xa0000 } },
	  .low_copy = FOUR_GIB,
	  .elf32 = true,
	  .error = EOVERFLOW,
	  .message = "--elf32-core-headers" },
	{ .name = "no CPU notes",
	  .no_cpus = true,
	  .error = EINVAL,
	  .message = "one CPU" },
	{ .name = "direct map wraps",
	  .ranges = { { FOUR_GIB, FOUR_GIB + 0x1000 } },
	  .direct_map = 0xffffffff00000000,
	  .error = ERANGE,
	  .message = "direct map at 0xffffffff00000000" },
	{ .name = "copy wraps",
	  .ranges = { { 0x1000, 0xa0000 } },
	  .low_copy = UINT64_MAX - 0xfff,
	  .error = ERANGE,
	  .message = "copy of low memory" },
	{ .name = "end of copy wraps",
	  .ranges = { { 0x1000, 0xa0000 } },
	  .low_copy = UINT64_MAX - 0x1fff,
	  .error = ERANGE,
	  .message = "wraps around" },
};

static void test_bad(void **state)
{
	const struct bad *row = *state;
	_cleanup_memory_map_ struct memory_map dump = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct crash_facts facts = make_facts();
	struct crash_note notes[] = { cpu_notes[0], cpu_notes[1] };
	struct elf_core_request request = {
		.facts = &facts,
		.dump = &dump,
		.low_end = row->low_copy ? MIB : 0,
		.low_copy = row->low_copy,
		.elf32 = row->elf32,
	};
	uint8_t *data = NULL;
	size_t size = 7;

	make_map(&dump, row->ranges, RANGES);
	facts.cpu_notes = notes;
	if (row->note.end)
		notes[1] = row->note;
	if (row->text_end) {
		facts.text_start = row->text_start;
		facts.text_end = row->text_end;
	}
	if (row->direct_map)
		facts.direct_map = row->direct_map;
	if (row->no_cpus)
		facts.cpu_note_count = 0;
	assert_int_equal(elf_core_header_make(&request, &data, &size, &err), -row->error);
	assert_message(&err, row->message);
	assert_null(data);
	assert_int_equal(size, 7);
}

/* 65534 program headers are made and read; the next one is refused. */
static void test_most_headers(void **state)
{
	struct crash_facts facts = make_facts();
	_cleanup_free_ struct memory_range *ranges = NULL;
	const size_t most = 65534 - 4;
	struct memory_map dump = { .count = most };
	struct elf_core_request request = { .facts = &facts, .dump = &dump };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_core_ struct core core = { 0 };
	_cleanup_free_ uint8_t *data = NULL;
	size_t size, i;

	(void)state;
	ranges = calloc(most + 1, sizeof(*ranges));
	assert_non_null(ranges);
	for (i = 0; i <= most; i++)
		ranges[i] = (struct memory_range){ i * 0x2000, i * 0x2000 + 0x1000,
						   MEMORY_RAM };
	dump.ranges = ranges;
	assert_int_equal(elf_core_header_make(&request, &data, &size, NULL), 0);
	core_read(data, size, false, &core);
	assert_int_equal(core.count, 65534);
	assert_int_equal(core.entries[65533].physical, ranges[most - 1].start);
	dump.count++;
	free(data);
	data = NULL;
	assert_int_equal(elf_core_header_make(&request, &data, &size, &err), -E2BIG);
	assert_message(&err, "65534");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_vmcoreinfo),
		cmocka_unit_test(test_only_ram),
		cmocka_unit_test(test_elf32),
		cmocka_unit_test(test_most_headers),
	};
	int failed = 0;

	failed += RUN_TABLE(test_dump, dumps);
	failed += RUN_TABLE(test_bad, bad);
	failed += cmocka_run_group_tests(tests, NULL, NULL);
	return failed;
}
