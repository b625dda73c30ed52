// SPDX-License-Identifier: GPL-2.0-only
/* Requests that do not fit into an ELF core header, and the largest one that does. */
#include <errno.h>

#include "core_reader.h"
#include "core_request.h"

static const struct bad {
	const char *name;
	struct span ranges[RANGES];
	uint64_t text_start, text_end; /* 0: the usual number */
	struct crash_note note;	       /* replaces the second CPU's, unless empty */
	uint64_t low_copy;	       /* of the first MiB, unless 0 */
	uint64_t direct_map;	       /* 0: the usual number */
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

/* 65534 program headers can be made and read. One more is refused. */
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
		cmocka_unit_test(test_most_headers),
	};

	return RUN_TABLE(test_bad, bad) + cmocka_run_group_tests(tests, NULL, NULL);
}
