// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/arch/x86_64/elf_image.c and fixed_ranges.c: program headers with
 * wrong values, and ranges that share pages, on a machine with 16 MiB of RAM. The result
 * is compared with memory that is filled byte by byte.
 */
#include "arch/x86_64/elf_image.h"

#include <elf.h>
#include <errno.h>

#include "arch/x86_64/fixed_ranges.h"
#include "fixtures.h"

#define RAM_START MIB
#define RAM_END	  (16 * MIB)

#define DATA_AT	  0x200u
#define FILE_SIZE 0x8000u

/* Offsets of the System V ABI, "ELF header" and "Program header", 64-bit objects. */
#define PHDR(number, field) (64 + 56 * (number) + (field))
#define OFFSET		    8
#define VADDR		    16
#define PADDR		    24
#define FILESZ		    32
#define MEMSZ		    40

/* Two PT_LOADs: one of three pages, one within a page. */
static void make_elf(uint8_t data[FILE_SIZE])
{
	static const struct poke pokes[] = {
		{ 0, 4, 0x464c457f },
		{ 4, 4, 0x00010102 },
		{ 16, 2, ET_EXEC },
		{ 18, 2, EM_X86_64 },
		{ 20, 4, 1 },
		{ 24, 8, 2 * MIB + 16 },
		{ 32, 8, 64 },
		{ 52, 2, 64 },
		{ 54, 2, 56 },
		{ 56, 2, 2 },
		{ PHDR(0, 0), 4, 1 },
		{ PHDR(0, OFFSET), 8, DATA_AT },
		{ PHDR(0, VADDR), 8, 0xffffffff80200000 },
		{ PHDR(0, PADDR), 8, 2 * MIB },
		{ PHDR(0, FILESZ), 8, 0x2100 },
		{ PHDR(0, MEMSZ), 8, 0x2800 },
		{ PHDR(1, 0), 4, 1 },
		{ PHDR(1, OFFSET), 8, DATA_AT + 0x2100 },
		{ PHDR(1, VADDR), 8, 0xffffffff80202900 },
		{ PHDR(1, PADDR), 8, 2 * MIB + 0x2900 },
		{ PHDR(1, FILESZ), 8, 0x300 },
		{ PHDR(1, MEMSZ), 8, 0x5000 },
	};
	size_t i;

	memset(data, 0, DATA_AT);
	for (i = DATA_AT; i < FILE_SIZE; i++)
		data[i] = (uint8_t)(i * 11 + i / 251 + 1);
	apply_pokes(data, pokes, COUNT(pokes));
}

/* clang-format off */
static const struct read_case {
	const char *name;
	struct poke pokes[3];
	size_t size; /* size of the file; 0: unchanged */
	int rc;
	const char *message; /* NULL: no message */
} read_cases[] = {
	{ "a good one", { { 0 } }, 0, 0, NULL },
	{ "no ELF file", { { 0, 1, 0x7e } }, 0, -ENOEXEC, NULL },
	{ "shorter than a header", { { 0 } }, 51, -ENOEXEC, NULL },
	{ "a 32-bit header's worth", { { 0 } }, 52, -EBADMSG, "damaged" },
	{ "big endian", { { 5, 1, 2 } }, 0, -ENOEXEC, NULL },
	{ "another machine", { { 18, 2, EM_AARCH64 } }, 0, -ENOEXEC, NULL },
	{ "32-bit file, 64-bit machine", { { 4, 1, 1 } }, 0, -EBADMSG, "32-bit" },
	{ "64-bit file, 32-bit machine", { { 18, 2, EM_386 } }, 0, -EBADMSG, "64-bit" },
	{ "class 3", { { 4, 1, 3 } }, 0, -EBADMSG, "damaged" },
	{ "headers of 57 bytes", { { 54, 2, 57 } }, 0, -EBADMSG, "57 bytes" },
	{ "headers of 0 bytes", { { 54, 2, 0 } }, 0, -EBADMSG, "0 bytes" },
	{ "one header too many", { { 56, 2, (FILE_SIZE - 64) / 56 + 1 } }, 0, -EBADMSG,
	  "cut off" },
	{ "table behind the end", { { 32, 8, FILE_SIZE + 1 } }, 0, -EBADMSG, "" },
	{ "table wraps", { { 32, 8, -40ull } }, 0, -EBADMSG, "" },
	{ "one byte short", { { PHDR(1, OFFSET), 8, FILE_SIZE - 0x2ff } }, 0, -EBADMSG,
	  "cut off: program header 1 takes 0x300 bytes" },
	{ "ends with the file", { { PHDR(1, OFFSET), 8, FILE_SIZE - 0x300 } }, 0, 0, NULL },
	{ "offset wraps", { { PHDR(1, OFFSET), 8, -0x200ull } }, 0, -EBADMSG, "cut off" },
	{ "more in the file", { { PHDR(0, FILESZ), 8, 0x2801 } }, 0, -EBADMSG,
	  "program header 0 puts 0x2801 bytes into 0x2800" },
	{ "address wraps", { { PHDR(0, PADDR), 8, -0x2800ull + 1 } }, 0, -EBADMSG, "beyond" },
	{ "ends at 2^52", { { PHDR(0, PADDR), 8, (1ull << 52) - 0x2800 } }, 0, 0, NULL },
	{ "one byte over 2^52", { { PHDR(0, PADDR), 8, (1ull << 52) - 0x27ff } }, 0,
	  -EBADMSG, "beyond" },
	{ "virtual end of all", { { PHDR(0, VADDR), 8, -0x2800ull } }, 0, 0, NULL },
	{ "virtual wraps", { { PHDR(0, VADDR), 8, -0x27ffull } }, 0, -EBADMSG, "beyond" },
	{ "of no size", { { PHDR(1, FILESZ), 8, 0 }, { PHDR(1, MEMSZ), 8, 0 },
			  { PHDR(1, PADDR), 8, -1ull } }, 0, 0, NULL },
};

/* The entry, and its expected physical address; 0: not found. */
static const struct entry_case {
	const char *name;
	uint64_t entry, found;
} entry_cases[] = {
	{ "physical", 2 * MIB + 16, 2 * MIB + 16 },
	{ "last byte", 2 * MIB + 0x27ff, 2 * MIB + 0x27ff },
	{ "between the two", 2 * MIB + 0x2800, 0 },
	{ "second", 2 * MIB + 0x2900, 2 * MIB + 0x2900 },
	{ "virtual", 0xffffffff80200004, 2 * MIB + 4 },
	{ "virtual, second", 0xffffffff80202901, 2 * MIB + 0x2901 },
	{ "virtual, between", 0xffffffff80202800, 0 },
	{ "zero", 0, 0 },
	{ "the end of all", -1ull, 0 },
};

/*
 * Ranges: start, size in the file, zeros after it. Their data is in a row from DATA_AT
 * on.
 */
static const struct place_case {
	const char *name;
	struct { uint64_t start, file, zeros; } ranges[4];
	uint64_t max;
	unsigned segments;
	int rc;
	const char *message;
} place_cases[] = {
	{ "a page", { { 2 * MIB, 4096, 0 } }, 0, 1, 0, NULL },
	{ "a byte", { { 2 * MIB, 1, 0 } }, 0, 1, 0, NULL },
	{ "the last byte of a page", { { 2 * MIB + 4095, 1, 0 } }, 0, 1, 0, NULL },
	{ "over a page's end", { { 2 * MIB + 4095, 2, 0 } }, 0, 2, 0, NULL },
	{ "zeros only", { { 2 * MIB + 1, 0, 9000 } }, 0, 2, 0, NULL },
	{ "neighbours at a page", { { 2 * MIB, 4096, 0 }, { 2 * MIB + 4096, 4096, 0 } }, 0, 2,
	  0, NULL },
	{ "neighbours within a page", { { 2 * MIB, 5000, 0 }, { 2 * MIB + 5000, 5000, 0 } },
	  0, 3, 0, NULL },
	{ "three in a page", { { 2 * MIB + 9, 5, 0 }, { 2 * MIB + 99, 5, 9 },
			       { 2 * MIB + 999, 5000, 7 } }, 0, 2, 0, NULL },
	{ "zeros up to the next", { { 2 * MIB, 10, 4086 + 2000 }, { 2 * MIB + 6096, 99, 0 } },
	  0, 2, 0, NULL },
	{ "in disorder", { { 4 * MIB + 1, 4096, 1 }, { 2 * MIB + 4, 9999, 0 },
			   { 3 * MIB, 9, 0 } }, 0, 5, 0, NULL },
	{ "all of RAM", { { RAM_START, 4096, RAM_END - RAM_START - 4096 } }, 0, 1, 0, NULL },
	{ "a byte more", { { RAM_START, 4096, RAM_END - RAM_START - 4095 } }, 0, 0, -ENOSPC,
	  "0x1000000 is not memory" },
	{ "up to the limit", { { 2 * MIB, 4096, 0 } }, 2 * MIB + 4096, 1, 0, NULL },
	{ "over the limit", { { 2 * MIB, 4096, 1 } }, 2 * MIB + 4096, 0, -ENOTSUP,
	  "below 0x201000" },
	{ "overlap", { { 2 * MIB, 4096, 1 }, { 2 * MIB + 4096, 1, 0 } }, 0, 0, -EBADMSG,
	  "part 0 (0x200000-0x201001) overlaps part 1 (0x201000-0x201001)" },
	{ "inside", { { 2 * MIB, 4096, 0 }, { 2 * MIB + 9, 1, 0 } }, 0, 0, -EBADMSG,
	  "overlaps" },
};
/* clang-format on */

static void open_elf(const struct poke *pokes, size_t count, size_t size,
		     struct kernel_file *kernel)
{
	_cleanup_free_ uint8_t *data = malloc(FILE_SIZE);

	assert_non_null(data);
	make_elf(data);
	apply_pokes(data, pokes, count);
	assert_int_equal(open_bytes(data, size ? size : FILE_SIZE, KERNEL_FILE_AS_IS,
				    kernel, NULL),
			 0);
}

static void read_case(void **state)
{
	const struct read_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct elf_image elf;

	open_elf(row->pokes, COUNT(row->pokes), row->size, &kernel);
	assert_int_equal(elf_image_read(&kernel, &elf, &err), row->rc);
	if (row->message) {
		assert_message(&err, row->message);
		assert_message(&err, kernel.path);
		return;
	}
	assert_null(err.message);
	if (row->rc)
		return;
	assert_int_equal(elf.bits, 64);
	assert_int_equal(elf.loads[0].file_size, 0x2100);
	assert_int_equal(elf.loads[0].end - elf.loads[0].start, 0x2800);
}

static void entry_case(void **state)
{
	const struct entry_case *row = *state;
	const struct poke poke = { 24, 8, row->entry };
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct elf_image elf;
	uint64_t entry = 0;

	open_elf(&poke, 1, 0, &kernel);
	assert_int_equal(elf_image_read(&kernel, &elf, &err), 0);
	assert_int_equal(elf_image_entry(&kernel, &elf, &entry, &err),
			 row->found ? 0 : -EBADMSG);
	assert_int_equal(entry, row->found);
	if (!row->found)
		assert_message(&err, "entry point");
}

static size_t fill_ranges(const struct place_case *row, const uint8_t *file,
			  struct fixed_range *ranges, uint8_t *memory)
{
	uint64_t offset = DATA_AT;
	size_t i;

	for (i = 0; i < COUNT(row->ranges) && row->ranges[i].start; i++) {
		uint64_t start = row->ranges[i].start, size = row->ranges[i].file;

		ranges[i] =
			(struct fixed_range){ .start = start,
					      .end = start + size + row->ranges[i].zeros,
					      .file_offset = offset,
					      .file_size = size,
					      .what = "part",
					      .number = (unsigned)i };
		if (!row->rc)
			memcpy(memory + (start - RAM_START), file + offset, size);
		offset += size;
	}
	return i;
}

static void check_memory(const struct image *image, const uint8_t *memory)
{
	_cleanup_free_ uint8_t *found = calloc(1, RAM_END - RAM_START);
	size_t i;

	assert_non_null(found);
	for (i = 0; i < image->segment_count; i++) {
		const struct segment *segment = &image->segments[i];

		assert_true(segment->start >= RAM_START && segment->end <= RAM_END);
		assert_int_equal(segment->start % 4096 + segment->end % 4096, 0);
		assert_int_equal(segment_read(segment, 0,
					      found + (segment->start - RAM_START),
					      segment->end - segment->start, NULL),
				 0);
	}
	assert_memory_equal(found, memory, RAM_END - RAM_START);
}

static void place_case(void **state)
{
	const struct place_case *row = *state;
	_cleanup_free_ uint8_t *memory = calloc(1, RAM_END - RAM_START);
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct load_request request = { .machine = &machine, .kernel = &kernel };
	struct fixed_range ranges[4];
	size_t count;

	assert_non_null(memory);
	open_elf(NULL, 0, 0, &kernel);
	count = fill_ranges(row, kernel.mapping, ranges, memory);
	assert_int_equal(memory_map_set(&machine.memory, RAM_START, RAM_END, MEMORY_RAM),
			 0);
	assert_int_equal(image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT,
				    &machine.memory, 0, 0, NULL),
			 0);
	assert_int_equal(
		fixed_ranges_place(&request, ranges, count, row->max, &image, &err),
		row->rc);
	assert_int_equal(image.segment_count, row->segments);
	if (row->rc)
		assert_message(&err, row->message);
	else
		check_memory(&image, memory);
}

int main(void)
{
	return RUN_TABLE(read_case, read_cases) + RUN_TABLE(entry_case, entry_cases) +
	       RUN_TABLE(place_case, place_cases);
}
