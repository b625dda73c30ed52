// SPDX-License-Identifier: GPL-2.0-only
/* The ELF core header, read back with the reader of core_reader.h. */
#include "core_reader.h"
#include "core_request.h"

#define ENTRIES 10

/* A PT_LOAD of RAM: its place, its length, and the place of its contents. */
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

/*
 * Checks the notes of the CPUs, vmcoreinfo and kernel. Returns the index of the next
 * entry.
 */
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

/* A capture kernel does not read memory other than RAM, even if the map lists it. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_vmcoreinfo),
		cmocka_unit_test(test_only_ram),
		cmocka_unit_test(test_elf32),
	};

	return RUN_TABLE(test_dump, dumps) + cmocka_run_group_tests(tests, NULL, NULL);
}
