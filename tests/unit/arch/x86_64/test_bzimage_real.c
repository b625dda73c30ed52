// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/arch/x86_64/bzimage_real.c: the real-mode part, its place in low
 * memory, and loads that are known to fail in real mode.
 */
#include "arch/x86_64/bzimage_real.h"

#include <errno.h>

#include "bzimage_fixture.h"

static void check_real_mode_part(const struct load_case *row, const struct segment *part,
				 const struct image *image)
{
	const uint8_t *data = part->owned;
	uint64_t i, size = row->initrd_size;

	/* boot.rst, "Sample Boot Configuration" and the fields that it names. */
	assert_int_equal(data[0x210], 0xd0);
	assert_int_equal(data[0x211], 0x81);
	assert_int_equal(get_le(data + 0x214, 4), row->kernel);
	assert_int_equal(get_le(data + 0x218, 4), size ? row->initrd : 0);
	assert_int_equal(get_le(data + 0x21c, 4), size);
	assert_int_equal(get_le(data + 0x224, 2), 0xe000 - 0x200);
	assert_int_equal(get_le(data + 0x226, 2), 0);
	assert_int_equal(get_le(data + 0x228, 4), part->start + 0xe000);
	assert_string_equal((const char *)data + 0xe000, image->command_line);
	for (i = SMALL_KERNEL_SETUP; i < 0xe000; i++)
		assert_int_equal(data[i], 0);
}

static void check_untouched(const struct load_case *row, const uint8_t *data)
{
	uint8_t file[SMALL_KERNEL_SIZE];

	make_small_kernel(file);
	apply_pokes(file, row->pokes, COUNT(row->pokes));
	assert_memory_equal(data, file, 0x210);
	assert_memory_equal(data + 0x212, file + 0x212, 2);
	assert_memory_equal(data + 0x220, file + 0x220, 4);
	assert_memory_equal(data + 0x22c, file + 0x22c, SMALL_KERNEL_SETUP - 0x22c);
}

static void real_mode(void **state)
{
	const struct load_case *row = *state;
	_cleanup_fixture_ struct fixture fixture = { 0 };
	const struct image_registers *registers = &fixture.image.registers;
	const struct segment *part;

	fixture.options.kernel_entry = KERNEL_ENTRY_REAL_MODE;
	if (!fixture_is_loaded(row, &fixture))
		return;
	assert_null(image_find_segment(&fixture.image, "parameters"));
	assert_int_equal(fixture.image.boot_params, 0);
	part = image_find_segment(&fixture.image, "real-mode part");
	assert_int_equal(part->start, 0x10000);
	assert_true(part->end >= part->start + 0xe000 + row->command_line + 1);
	check_real_mode_part(row, part, &fixture.image);
	check_untouched(row, part->owned);
	assert_int_equal(registers->mode, IMAGE_ENTRY_REAL);
	assert_int_equal(registers->ip, 0);
	assert_int_equal(registers->sp, 0xe000);
	assert_int_equal(registers->code_segment, 0x1020);
	assert_int_equal(registers->data_segment, 0x1000);
}

/* clang-format off */
#define LOW_AT_128 { { 128 * KIB, 640 * KIB }, { MIB, GIB } }
#define LOW_SMALL  { { 0, 112 * KIB }, { MIB, GIB } }

static const struct low_case {
	const char *name;
	struct load_case load;
	uint64_t start; /* size of the real-mode part; 0: refused, with the message */
} low_cases[] = {
	{ "low memory begins at 128 KiB", { "", { { 0 } }, LOW_AT_128, 0, 9, 0, NULL, 0,
	  0, 0 }, 0x20000 },
	{ "low memory is small", { "", { { 0 } }, LOW_SMALL, 0, 9, -ENOSPC,
	  "no free memory below 1 MiB for the real-mode part", 0, 0, 0 }, 0 },
	{ "command line behind the 64 KiB", { "", { { 0x238, 4, 99999 } }, USUAL, 0, 99999,
	  0, NULL, 0, 0, 0 }, 0x10000 },
	{ "command line as long as low memory", { "", { { 0x238, 4, -1u } }, USUAL, 0,
	  600000, -ENOSPC, "below 1 MiB", 0, 0, 0 }, 0 },
	{ "real-mode part of 32 KiB and a half", { "", { { 0x1f1, 1, 64 } }, USUAL, 0, 9,
	  -EBADMSG, "its real-mode part has 33280 bytes", 0, 0, 0 }, 0 },
};
/* clang-format on */

static void low_case(void **state)
{
	const struct low_case *row = *state;
	_cleanup_fixture_ struct fixture fixture = { 0 };
	const struct segment *part;

	fixture.options.kernel_entry = KERNEL_ENTRY_REAL_MODE;
	set_fixture(&row->load, &fixture);
	assert_int_equal(load_fixture(&row->load, &fixture), row->load.rc);
	if (!row->start) {
		assert_message(&fixture.err, row->load.message);
		return;
	}
	part = image_find_segment(&fixture.image, "real-mode part");
	assert_int_equal(part->start, row->start);
	assert_int_equal(strlen((const char *)part->owned + 0xe000),
			 row->load.command_line);
	assert_int_equal(fixture.image.registers.data_segment, row->start >> 4);
	assert_int_equal(fixture.image.registers.code_segment, (row->start >> 4) + 0x20);
}

/* Machines that cannot run code in real mode. */
static void refused_in_real_mode(void **state)
{
	static const struct load_case row = { .ram = USUAL };
	_cleanup_fixture_ struct fixture efi = { 0 }, crash = { 0 };

	(void)state;
	efi.options.kernel_entry = crash.options.kernel_entry = KERNEL_ENTRY_REAL_MODE;
	efi.options.noefi = true;
	set_fixture(&row, &efi);
	efi.machine.efi.booted = true;
	assert_int_equal(load_fixture(&row, &efi), -ENOTSUP);
	assert_message(&efi.err, "no BIOS services");
	set_fixture(&row, &crash);
	crash.options.crash = true;
	assert_int_equal(load_fixture(&row, &crash), -ENOTSUP);
	assert_message(&crash.err, "--real-mode: a crash kernel");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_in_real_mode),
	};

	return RUN_TABLE(real_mode, load_cases) + RUN_TABLE(low_case, low_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
