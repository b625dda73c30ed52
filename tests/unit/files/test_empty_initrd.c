// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/empty_initrd.c: when it is needed, and that it is empty. */
#include "files/empty_initrd.h"

#include "fixtures.h"

static struct efi_config_table with_initrd[] = { { .kind = EFI_TABLE_ACPI },
						 { .kind = EFI_TABLE_INITRD } };
static struct efi_config_table without[] = { { .kind = EFI_TABLE_ACPI } };
static char why[] = "nobody may read it";

static const struct reason_case {
	const char *name;
	struct efi_facts efi;
	const char *reason; /* part of the note */
} reason_cases[] = {
	{ "not EFI", { .booted = false }, NULL },
	{ "named",
	  { .booted = true, .word_bits = 64, .tables = { with_initrd, 2 } },
	  "still names" },
	{ "not named",
	  { .booted = true, .word_bits = 64, .tables = { without, 1 } },
	  NULL },
	{ "no tables at all", { .booted = true, .word_bits = 64 }, NULL },
	{ "unread",
	  { .booted = true, .word_bits = 64, .tables_unread = why },
	  "cannot be read" },
	{ "unread, width unknown",
	  { .booted = true, .tables_unread = why },
	  "cannot be read" },
	{ "32-bit firmware",
	  { .booted = true, .word_bits = 32, .tables_unread = why },
	  NULL },
};

static void reason_case(void **state)
{
	const struct reason_case *row = *state;
	const char *reason = empty_initrd_reason(&row->efi);

	assert_int_equal(!reason, !row->reason);
	if (reason)
		assert_non_null(strstr(reason, row->reason));
}

/* Reads the archive as the kernel does (early-userspace/buffer-format.rst). */
static void check_archive(const uint8_t *archive, size_t size)
{
	size_t i;

	assert_int_equal(size % 4, 0);
	assert_true(size >= 110 + 11);
	assert_memory_equal(archive, "070701", 6);
	for (i = 6; i < 110; i++)
		assert_non_null(strchr("0123456789abcdef", archive[i]));
	/* No contents, a name of eleven bytes including the NUL, no checksum. */
	assert_memory_equal(archive + 54, "00000000", 8);
	assert_memory_equal(archive + 94, "0000000b", 8);
	assert_memory_equal(archive + 102, "00000000", 8);
	assert_memory_equal(archive + 110, "TRAILER!!!", 11);
	for (i = 121; i < size; i++)
		assert_int_equal(archive[i], 0);
}

static void nothing_in_it(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	uint8_t content[EMPTY_INITRD_SIZE];
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	check_archive(empty_initrd, sizeof(empty_initrd));
	assert_int_equal(empty_initrd_open(&file, &err), 0);
	assert_int_equal(file.size, sizeof(content));
	assert_int_equal(kernel_file_read(&file, 0, content, sizeof(content), &err), 0);
	check_archive(content, sizeof(content));
	assert_memory_equal(file.mapping, content, sizeof(content));
	assert_int_equal(kernel_file_require_unchanged(&file, &err), 0);
}

int main(void)
{
	const struct CMUnitTest others[] = { cmocka_unit_test(nothing_in_it) };

	return RUN_TABLE(reason_case, reason_cases) +
	       cmocka_run_group_tests_name("archive", others, NULL, NULL);
}
