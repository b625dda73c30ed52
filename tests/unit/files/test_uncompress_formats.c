// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/files/uncompress.c for xz, lzma and zstd together: intact and
 * broken data, and files that resemble them. A build without a decoder must recognise the
 * format and refuse it.
 */
#include "format_makers.h"

/* Files that are not containers: these bytes, then zeros. */
/* clang-format off */
static const struct plain_case {
	const char *name;
	const char *bytes;
	size_t length;
	size_t size;
} plain_cases[] = {
	{ "empty", BYTES(""), 0 },
	{ "five bytes of xz's magic", BYTES(XZ_MAGIC), 5 },
	{ "xz's magic with another last byte", BYTES("\xfd\x37\x7a\x58\x5a\1"), 40 },
	{ "three bytes of zstd's magic", BYTES(ZSTD_MAGIC), 3 },
	{ "zstd 0.7", BYTES("\x27\xb5\x2f\xfd"), 40 },
	{ "lz4", BYTES("\x04\x22\x4d\x18"), 40 },
	{ "beside what zstd skips", BYTES("\x60\x2a\x4d\x18"), 40 },
	{ "13 bytes of an lzma header", BYTES(LZMA_HEAD), 13 },
	{ "zeros", BYTES(""), 600 },
	{ "EFI program", BYTES("MZ\0\0\4" LZMA_UNKNOWN), 600 },
	{ "boot sector that jumps far", BYTES("\xea\5\0\xc0\7\x8c\xc8\x8e"), 600 },
	{ "lzma but for a jump", BYTES("\xea\0\0\0\4" LZMA_UNKNOWN), 600 },
	{ "boot sector that jumps near", BYTES("\xeb\x3c\x90"), 600 },
	{ "ELF", BYTES("\177ELF\2\1\1"), 600 },
	{ "cpio archive", BYTES("070701"), 600 },
	{ "script", BYTES("#!/bin/sh\n"), 600 },
	{ "lzma, properties 225", BYTES("\xe1\0\0\0\4" LZMA_UNKNOWN), 600 },
	{ "lzma, lc + lp is 5", BYTES("\x0d\0\0\0\4" LZMA_UNKNOWN), 600 },
	{ "lzma, no dictionary", BYTES("\x5d\0\0\0\0" LZMA_UNKNOWN), 600 },
	{ "lzma, dictionary of 2 KiB", BYTES("\x5d\0\x08\0\0" LZMA_UNKNOWN), 600 },
	{ "lzma, dictionary of 5 * 2^24", BYTES("\x5d\0\0\0\5" LZMA_UNKNOWN), 600 },
	{ "lzma, dictionary of 7 * 2^24", BYTES("\x5d\0\0\0\7" LZMA_UNKNOWN), 600 },
	{ "lzma of 256 GiB", BYTES(LZMA_START "\0\0\0\0\x40\0\0\0"), 600 },
	{ "lzma, range coder begins with 1", BYTES(LZMA_START LZMA_UNKNOWN "\1"), 600 },
};
/* clang-format on */

static void plain_case(void **state)
{
	const struct plain_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	memset(buffer.data, 0, 600);
	memcpy(buffer.data, row->bytes, row->length);
	buffer.size = row->size;
	assert_int_equal(expand(&buffer, NO_LIMIT, NULL, NULL, 0, &err), 0);
	assert_null(err.message);
}

/* A kernel may begin with any bytes: its header decides. */
static void kernel_that_begins_as_a_container(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} heads[] = { { BYTES(LZMA_HEAD) },
		      { BYTES(XZ_MAGIC) },
		      { BYTES(ZSTD_MAGIC) },
		      { BYTES("\x1f\x8b\x08") } };
	static struct buffer buffer;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(heads); i++) {
		make_small_kernel(buffer.data);
		memcpy(buffer.data, heads[i].bytes, heads[i].length);
		buffer.size = SMALL_KERNEL_SIZE;
		assert_int_equal(expand(&buffer, NO_LIMIT, NULL, NULL, 0, NULL), 0);
	}
}

/* Files that end after the magic number: cut off or empty. */
static void start_only(void **state)
{
	const struct maker *maker = *state;
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	if (is_refused(maker))
		return;
	buffer.size = 0;
	append(&buffer, maker->start, maker->start_size);
	assert_true(expand(&buffer, NO_LIMIT, maker->name, NULL, 0, &err) < 0);
	assert_message(&err, maker->name);
}

static void sizes(void **state)
{
	static const size_t tried[] = {
		1, 1000, 65535, 65536, 65537, 131072, PLAIN_SIZE
	};
	const struct maker *maker = *state;
	static struct buffer buffer;
	size_t i;

	if (is_refused(maker))
		return;
	for (i = 0; i < COUNT(tried); i++) {
		buffer.size = 0;
		maker->append(&buffer, plain, tried[i]);
		assert_int_equal(
			expand(&buffer, NO_LIMIT, maker->name, plain, tried[i], NULL), 0);
		assert_int_equal(
			expand(&buffer, tried[i], maker->name, plain, tried[i], NULL), 0);
		assert_int_equal(
			expand(&buffer, tried[i] - 1, maker->name, NULL, 0, NULL),
			-EFBIG);
	}
}

static void cut_off_at_every_byte(void **state)
{
	const struct maker *maker = *state;
	static struct buffer buffer;
	size_t whole;

	if (is_refused(maker))
		return;
	buffer.size = 0;
	maker->append(&buffer, plain, 3000);
	whole = buffer.size;
	for (buffer.size = maker->told_by; buffer.size < whole; buffer.size++) {
		_cleanup_error_ struct error err = { 0 };

		assert_int_equal(expand(&buffer, NO_LIMIT, maker->name, NULL, 0, &err),
				 -EBADMSG);
		assert_message(&err, "cut off");
		assert_message(&err, maker->name);
	}
	assert_int_equal(expand(&buffer, NO_LIMIT, maker->name, plain, 3000, NULL), 0);
}

/* 64 MiB of zeros compressed to a few KiB. */
static void bomb(void **state)
{
	const struct maker *maker = *state;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ uint8_t *zeros = calloc(1, 64 * MIB);
	static struct buffer buffer;

	if (is_refused(maker))
		return;
	assert_non_null(zeros);
	buffer.size = 0;
	maker->append(&buffer, zeros, 64 * MIB);
	assert_true(buffer.size < 16 * KIB);
	assert_int_equal(expand(&buffer, MIB, maker->name, NULL, 0, &err), -EFBIG);
	assert_message(&err, "over 1 MiB");
}

static void body_of_noise(void **state)
{
	const struct maker *maker = *state;
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;
	size_t i;

	if (is_refused(maker))
		return;
	buffer.size = 0;
	maker->append(&buffer, plain, 3000);
	for (i = 30; i < buffer.size - 30; i++)
		buffer.data[i] = (uint8_t)(i * 37 + 11);
	assert_int_equal(expand(&buffer, NO_LIMIT, maker->name, NULL, 0, &err), -EBADMSG);
	assert_message(&err, maker->name);
	assert_message(&err, "is broken");
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(kernel_that_begins_as_a_container),
	};

	make_plain();
	return RUN_TABLE(plain_case, plain_cases) + RUN_TABLE(start_only, makers) +
	       RUN_TABLE(sizes, makers) + RUN_TABLE(cut_off_at_every_byte, makers) +
	       RUN_TABLE(bomb, makers) + RUN_TABLE(body_of_noise, makers) +
	       cmocka_run_group_tests_name("others", others, NULL, NULL);
}
