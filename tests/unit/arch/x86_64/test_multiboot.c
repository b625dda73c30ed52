// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of multiboot1.c, multiboot2*.c and multiboot.c: headers with wrong values,
 * the place of a relocatable kernel, and memory maps. tests/loader/test_multiboot.py
 * reads the boot information.
 */
#include <errno.h>

#include "arch/x86_64/multiboot.h"
#include "arch/x86_64/multiboot1.h"
#include "arch/x86_64/multiboot2.h"
#include "arch/x86_64/multiboot2_tags.h"
#include "fixtures.h"

#define FILE_SIZE 0x10000u
#define LOAD	  (16 * MIB)

/* Words of a header, and its offset in a file of FILE_SIZE bytes. */
#define WORDS_MAX 24u

struct header {
	unsigned at;
	uint32_t words[WORDS_MAX];
	bool wrong_sum;
};

#define MAGIC1 0x1badb002u
#define MAGIC2 0xe85250d6u

/* Version 1 with addresses: header, load, load end, bss end, entry. */
#define FLAT1(...)                               \
	{                                        \
		MAGIC1, 1u << 16, 0, __VA_ARGS__ \
	}
/* Version 2: length and tags; address and entry tag first. */
#define TAGS2(length, ...)                                                     \
	{                                                                      \
		MAGIC2, 0, length, 0, 2, 24, LOAD, LOAD, 0, 0, 3, 12, LOAD, 0, \
			__VA_ARGS__                                            \
	}
#define END2 0, 8

/* clang-format off */
static const struct probe_case {
	const char *name;
	struct header header;
	int one, two; /* the messages of the two versions */
	const char *message; /* NULL: no message */
} probe_cases[] = {
	{ "nothing", { 0 }, -ENOEXEC, -ENOEXEC, NULL },
	{ "version 1", { 64, FLAT1(LOAD, LOAD, 0, 0, LOAD), false }, 0, -ENOEXEC, NULL },
	{ "wrong sum", { 64, FLAT1(LOAD, LOAD, 0, 0, LOAD), true }, -ENOEXEC, -ENOEXEC, NULL },
	{ "at 4", { 4, FLAT1(LOAD, LOAD, 0, 0, LOAD), false }, 0, -ENOEXEC, NULL },
	{ "at 6", { 6, FLAT1(LOAD, LOAD, 0, 0, LOAD), false }, -ENOEXEC, -ENOEXEC, NULL },
	{ "at the last place", { 8180, FLAT1(LOAD, LOAD, 0, 0, LOAD), false }, 0, -ENOEXEC,
	  NULL },
	{ "one further", { 8184, FLAT1(LOAD, LOAD, 0, 0, LOAD), false }, -ENOEXEC, -ENOEXEC,
	  NULL },
	{ "at the end of the file", { FILE_SIZE - 12, { MAGIC1, 3 }, false }, -ENOEXEC,
	  -ENOEXEC, NULL },
	{ "no addresses, no ELF", { 64, { MAGIC1, 7 }, false }, -EBADMSG, -ENOEXEC,
	  "without addresses" },
	{ "unknown flag", { 64, { MAGIC1, 1u << 15 }, false }, -ENOTSUP, -ENOEXEC,
	  "flags 0x8000" },
	{ "unknown flag that may be", { 64, { MAGIC1, 1u << 31 | 1u << 16, 0, LOAD, LOAD,
	  0, 0, LOAD }, false }, 0, -ENOEXEC, NULL },
	{ "header below load", { 64, FLAT1(LOAD, LOAD + 1, 0, 0, LOAD), false }, -EBADMSG,
	  -ENOEXEC, "multiboot header are invalid" },
	{ "begins with the file", { 64, FLAT1(LOAD + 64, LOAD, 0, 0, LOAD), false }, 0,
	  -ENOEXEC, NULL },
	{ "begins before the file", { 64, FLAT1(LOAD + 65, LOAD, 0, 0, LOAD), false },
	  -EBADMSG, -ENOEXEC, "multiboot header are invalid" },
	{ "ends with the file", { 64, FLAT1(LOAD, LOAD, LOAD + FILE_SIZE - 64, 0, LOAD),
	  false }, 0, -ENOEXEC, NULL },
	{ "ends behind the file", { 64, FLAT1(LOAD, LOAD, LOAD + FILE_SIZE - 63, 0, LOAD),
	  false }, -EBADMSG, -ENOEXEC, "cut off" },
	{ "empty", { 64, FLAT1(LOAD, LOAD, LOAD, 0, LOAD), false }, -EBADMSG, -ENOEXEC,
	  "multiboot header are invalid" },
	{ "bss of nothing", { 64, FLAT1(LOAD, LOAD, LOAD + 9, LOAD + 9, LOAD), false }, 0,
	  -ENOEXEC, NULL },
	{ "bss before that", { 64, FLAT1(LOAD, LOAD, LOAD + 9, LOAD + 8, LOAD), false },
	  -EBADMSG, -ENOEXEC, "multiboot header are invalid" },

	{ "version 2", { 64, TAGS2(64, END2), false }, -ENOEXEC, 0, NULL },
	{ "2, wrong sum", { 64, TAGS2(64, END2), true }, -ENOEXEC, -ENOEXEC, NULL },
	{ "2, at 4", { 4, TAGS2(64, END2), false }, -ENOEXEC, -ENOEXEC, NULL },
	{ "2, at the last place", { 32768 - 64, TAGS2(64, END2), false }, -ENOEXEC, 0, NULL },
	{ "2, over the end", { 32768 - 56, TAGS2(64, END2), false }, -ENOEXEC, -EBADMSG,
	  "first 32 KiB" },
	{ "2, further", { 32768, TAGS2(64, END2), false }, -ENOEXEC, -ENOEXEC, NULL },
	{ "2, no end", { 64, TAGS2(56, END2), false }, -ENOEXEC, -EBADMSG, "no end" },
	{ "2, length of all", { 64, TAGS2(0xfffffff8, END2), false }, -ENOEXEC, -EBADMSG,
	  "4294967288 bytes" },
	{ "2, length within the head", { 64, TAGS2(15, END2), false }, -ENOEXEC, -EBADMSG,
	  "no end" },
	{ "2, tag of 7 bytes", { 64, TAGS2(72, 4, 7, END2), false }, -ENOEXEC, -EBADMSG,
	  "leads out" },
	{ "2, endless tag", { 64, TAGS2(72, 4, 0xffffffff, END2), false }, -ENOEXEC, -EBADMSG,
	  "leads out" },
	{ "2, unknown tag", { 64, TAGS2(72, 11, 8, END2), false }, -ENOEXEC, -ENOTSUP,
	  "tag 11" },
	{ "2, unknown optional tag", { 64, TAGS2(72, 11 | 1u << 16, 8, END2), false },
	  -ENOEXEC, 0, NULL },
	{ "2, requests", { 64, TAGS2(88, 1, 20, 6, 15, 21, 0, END2), false }, -ENOEXEC, 0,
	  NULL },
	{ "2, unknown request", { 64, TAGS2(80, 1, 16, 6, 13, END2), false }, -ENOEXEC,
	  -ENOTSUP, "type 13" },
	{ "2, optional request", { 64, TAGS2(80, 1 | 1u << 16, 16, 6, 13, END2), false },
	  -ENOEXEC, 0, NULL },
	{ "2, relocatable", { 64, TAGS2(88, 10, 24, 0, -1u, 4096, 0, END2), false },
	  -ENOEXEC, 0, NULL },
	{ "2, alignment 0", { 64, TAGS2(88, 10, 24, 0, -1u, 0, 0, END2), false }, -ENOEXEC,
	  -EBADMSG, "an invalid place" },
	{ "2, short relocation", { 64, TAGS2(80, 10, 16, 0, -1u, END2), false }, -ENOEXEC,
	  -EBADMSG, "too short: 16 bytes" },
	{ "2, MIPS", { 64, { MAGIC2, 4, 24, 0, END2 }, false }, -ENOEXEC, -ENOTSUP,
	  "architecture 4" },
	{ "2, no addresses", { 64, { MAGIC2, 0, 24, 0, END2 }, false }, -ENOEXEC, -EBADMSG,
	  "without addresses" },
	{ "2, no entry", { 64, { MAGIC2, 0, 48, 0, 2, 24, LOAD, LOAD, 0, 0, END2 }, false },
	  -ENOEXEC, -EBADMSG, "not where it is entered" },
};

/* A relocatable kernel of FILE_SIZE - 64 bytes. RAM: 1 to 64 and 128 to 192 MiB. */
static const struct move_case {
	const char *name;
	uint32_t min, max, alignment, preference;
	uint64_t place; /* 0: none */
} move_cases[] = {
	{ "lowest", 0, -1u, 4096, 1, MIB },
	{ "no preference", 0, -1u, 4096, 0, MIB },
	{ "highest", 0, -1u, 4096, 2, 192 * MIB - FILE_SIZE },
	{ "aligned", 0, -1u, 32 * MIB, 2, 160 * MIB },
	{ "aligned to less than a page", MIB + 1, -1u, 1, 1, MIB + 4096 },
	{ "from there on", 60 * MIB, -1u, 4 * MIB, 1, 60 * MIB },
	{ "not below", 64 * MIB - FILE_SIZE + 1, -1u, 4096, 1, 128 * MIB },
	{ "fits exactly", 2 * MIB, 2 * MIB + FILE_SIZE - 1, 4096, 2, 2 * MIB },
	{ "a byte less", 2 * MIB, 2 * MIB + FILE_SIZE - 2, 4096, 2, 0 },
	{ "in the gap", 64 * MIB, 128 * MIB, 4096, 1, 0 },
	{ "too far", 0, -1u, 1u << 31, 1, 0 },
};
/* clang-format on */

static void make_file_with(const struct header *header, uint8_t data[FILE_SIZE])
{
	uint32_t sum = 0;
	unsigned summed = header->words[0] == MAGIC2 ? 3 : 2, i;

	memset(data, 0, FILE_SIZE);
	for (i = 0; i < summed; i++)
		sum += header->words[i];
	for (i = 0; i < WORDS_MAX && header->at + 4 * i + 4 <= FILE_SIZE; i++)
		put_le(data + header->at + 4ul * i, 4, header->words[i]);
	if (header->words[0])
		put_le(data + header->at + 4ul * summed, 4, -sum + header->wrong_sum);
}

static void probe_case(void **state)
{
	const struct probe_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_error_ struct error one = { 0 }, two = { 0 };
	_cleanup_free_ uint8_t *data = malloc(FILE_SIZE);

	assert_non_null(data);
	make_file_with(&row->header, data);
	assert_int_equal(open_bytes(data, FILE_SIZE, KERNEL_FILE_AS_IS, &kernel, NULL),
			 0);
	assert_int_equal(multiboot1_probe(&kernel, &one), row->one);
	assert_int_equal(multiboot2_probe(&kernel, &two), row->two);
	if (row->message) {
		assert_message(one.message ? &one : &two, row->message);
		assert_message(one.message ? &one : &two, kernel.path);
	}
	assert_true(!!row->message == (one.message || two.message));
}

static void move_case(void **state)
{
	const struct move_case *row = *state;
	const struct header header = {
		.at = 64,
		.words = TAGS2(88, 10, 24, row->min, row->max, row->alignment,
			       row->preference, END2),
	};
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ uint8_t *data = malloc(FILE_SIZE);
	struct options options = { 0 };
	struct load_request request = { .options = &options,
					.machine = &machine,
					.kernel = &kernel };
	uint8_t *load_base;

	assert_non_null(data);
	make_file_with(&header, data);
	/* A file that is loaded from its first byte on, in whole pages. */
	put_le(data + 64 + 24, 4, LOAD + 64);
	assert_int_equal(open_bytes(data, FILE_SIZE, KERNEL_FILE_AS_IS, &kernel, NULL),
			 0);
	assert_int_equal(memory_map_set(&machine.memory, MIB, 64 * MIB, MEMORY_RAM), 0);
	assert_int_equal(
		memory_map_set(&machine.memory, 128 * MIB, 192 * MIB, MEMORY_RAM), 0);
	assert_int_equal(image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_32BIT,
				    &machine.memory, 0, 0, NULL),
			 0);
	assert_int_equal(multiboot2_load(&request, &image, &err),
			 row->place ? 0 : -ENOSPC);
	if (!row->place) {
		assert_message(&err, "as its header wants");
		return;
	}
	assert_int_equal(image_find_segment(&image, "kernel")->start, row->place);
	assert_int_equal(image.registers.ip, row->place);
	/* The last tag before the end tag. */
	load_base = image_find_segment(&image, "parameters")->owned;
	load_base += get_le(load_base, 4) - 24;
	assert_int_equal(get_le(load_base, 4), 21);
	assert_int_equal(get_le(load_base + 8, 4), row->place);
}

static void memory_sizes(void **state)
{
	_cleanup_memory_map_ struct memory_map memory = { 0 };

	(void)state;
	assert_int_equal(multiboot_lower_kib(&memory), 0);
	assert_int_equal(multiboot_upper_kib(&memory), 0);
	assert_int_equal(memory_map_set(&memory, 0, 0x1000, MEMORY_RESERVED), 0);
	assert_int_equal(memory_map_set(&memory, 0x1000, 0x9fc00, MEMORY_RAM), 0);
	assert_int_equal(multiboot_lower_kib(&memory), 639);
	assert_int_equal(memory_map_set(&memory, 0x9fc00, 4 * GIB, MEMORY_RAM), 0);
	assert_int_equal(multiboot_lower_kib(&memory), 640);
	assert_int_equal(multiboot_upper_kib(&memory), (4 * GIB - MIB) / KIB);
	assert_int_equal(memory_map_set(&memory, MIB, 1ull << 50, MEMORY_RAM), 0);
	assert_int_equal(multiboot_upper_kib(&memory), 0xffffffff);
	assert_int_equal(multiboot_memory_type(MEMORY_ACPI_NVS), 4);
	assert_int_equal(multiboot_memory_type(MEMORY_UNUSABLE), 5);
	assert_int_equal(multiboot_memory_type(MEMORY_PERSISTENT), 2);
	assert_int_equal(multiboot_memory_type(MEMORY_SOFT_RESERVED), 2);
}

/* A screen of 0x101 by 0x202 pixels, as EFI firmware describes it. */
static void framebuffer(void **state)
{
	static const struct poke screen[] = {
		{ 0x0f, 1, 0x70 },
		{ 0x12, 2, 0x101 },
		{ 0x14, 2, 0x202 },
		{ 0x16, 2, 32 },
		{ 0x18, 4, 0xc0000000 },
		{ 0x24, 2, 0x404 },
		{ 0x26, 4, 0x08080008 | 0x1008 },
		{ 0x3a, 4, 0x12 },
	};
	static const struct header header = { 64, TAGS2(64, END2), false };
	static const uint8_t expected[] = {
		8, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0xc0, 0x12, 0, 0, 0,
		4, 4, 0, 0, 1,	1, 0, 0, 2, 2, 0, 0,	32,   1, 0, 0,
	};
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_machine_ struct machine machine = { .has_boot_params = true };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_free_ uint8_t *data = malloc(FILE_SIZE);
	struct options options = { 0 };
	struct load_request request = { .options = &options,
					.machine = &machine,
					.kernel = &kernel };
	const struct segment *info;

	(void)state;
	assert_non_null(data);
	make_file_with(&header, data);
	apply_pokes(machine.boot_params, screen, COUNT(screen));
	assert_int_equal(open_bytes(data, FILE_SIZE, KERNEL_FILE_AS_IS, &kernel, NULL),
			 0);
	assert_int_equal(memory_map_set(&machine.memory, MIB, 64 * MIB, MEMORY_RAM), 0);
	assert_int_equal(image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_32BIT,
				    &machine.memory, 0, 0, NULL),
			 0);
	assert_int_equal(multiboot2_load(&request, &image, NULL), 0);
	info = image_find_segment(&image, "parameters");
	assert_non_null(memmem(info->owned, info->data_size, expected, sizeof(expected)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_sizes),
		cmocka_unit_test(framebuffer),
	};

	return RUN_TABLE(probe_case, probe_cases) + RUN_TABLE(move_case, move_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
