// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/uncompress.c with xz, lzma and zstd: as they should be, broken, and
 * what must not be taken for them. What a build cannot undo must be told and refused.
 */
#include "uncompress.h"

#include <errno.h>
#ifdef HAVE_LIBLZMA
#include <lzma.h>
#endif
#ifdef HAVE_LIBZSTD
#include <zstd.h>
#endif

#include "containers.h"

#define ZSTD_MAGIC "\x28\xb5\x2f\xfd"
/* A frame to be skipped, with three bytes inside. */
#define ZSTD_SKIP "\x5a\x2a\x4d\x18\3\0\0\0abc"
#define XZ_MAGIC  "\xfd\x37\x7a\x58\x5a\0"
/* Properties and dictionary size, as lzma -9 writes them; size unknown; range coder. */
#define LZMA_START   "\x5d\0\0\0\4"
#define LZMA_UNKNOWN "\xff\xff\xff\xff\xff\xff\xff\xff"
#define LZMA_HEAD    LZMA_START LZMA_UNKNOWN "\0"

/* A literal and its length, zeros in it included. */
#define BYTES(literal) literal, sizeof(literal) - 1

/* Files that are no container: these bytes, then zeros. */
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

/* A kernel may begin with anything: its header decides. */
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

/* How a format is made, or that this build cannot undo it. */
struct maker {
	const char *name;
	const char *library;
	void (*append)(struct buffer *buffer, const uint8_t *data, size_t size);
	size_t told_by; /* bytes that it is told by */
	const char *start;
	size_t start_size;
};

#ifdef HAVE_LIBLZMA
static void append_coded(struct buffer *buffer, const uint8_t *data, size_t size,
			 lzma_stream *lzma)
{
	lzma->next_in = data;
	lzma->avail_in = size;
	lzma->next_out = buffer->data + buffer->size;
	lzma->avail_out = sizeof(buffer->data) - buffer->size;
	assert_int_equal(lzma_code(lzma, LZMA_FINISH), LZMA_STREAM_END);
	buffer->size += lzma->total_out;
	lzma_end(lzma);
}

static void append_xz(struct buffer *buffer, const uint8_t *data, size_t size)
{
	lzma_stream lzma = LZMA_STREAM_INIT;

	assert_int_equal(lzma_easy_encoder(&lzma, 0, LZMA_CHECK_CRC32), LZMA_OK);
	append_coded(buffer, data, size, &lzma);
}

/* Size unknown and an end marker, as lzma(1) writes it from a pipe. */
static void append_lzma(struct buffer *buffer, const uint8_t *data, size_t size)
{
	lzma_stream lzma = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	assert_false(lzma_lzma_preset(&options, 0));
	assert_int_equal(lzma_alone_encoder(&lzma, &options), LZMA_OK);
	append_coded(buffer, data, size, &lzma);
}
#else
#define append_xz   NULL
#define append_lzma NULL
#endif

#ifdef HAVE_LIBZSTD
/* With a check sum and, as from a pipe, without the size. */
static void append_zstd(struct buffer *buffer, const uint8_t *data, size_t size)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t made;

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
	made = ZSTD_compress2(context, buffer->data + buffer->size,
			      sizeof(buffer->data) - buffer->size, data, size);
	assert_false(ZSTD_isError(made));
	buffer->size += made;
	ZSTD_freeCCtx(context);
}
#else
#define append_zstd NULL
#endif

static const struct maker makers[] = {
	{ "xz", "liblzma", append_xz, 6, BYTES(XZ_MAGIC) },
	{ "lzma", "liblzma", append_lzma, 14, BYTES(LZMA_HEAD) },
	{ "zstd", "libzstd", append_zstd, 4, BYTES(ZSTD_MAGIC) },
	{ "zstd", "libzstd", append_zstd, 4, BYTES(ZSTD_SKIP) },
};

enum maker_number { XZ, LZMA, ZSTD };

/* Without the library, the beginning alone is told; true if that was all to be tested. */
static bool is_refused(const struct maker *maker)
{
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;
	char expected[100];

	if (maker->append)
		return false;
	buffer.size = 0;
	append(&buffer, maker->start, maker->start_size);
	assert_int_equal(expand(&buffer, NO_LIMIT, maker->name, NULL, 0, &err), -ENOTSUP);
	snprintf(expected, sizeof(expected),
		 "compressed with %s, which this build cannot undo (built without %s)",
		 maker->name, maker->library);
	assert_string_equal(err.message, expected);
	return true;
}

/* The beginning and nothing behind it: cut off, or nothing inside. */
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

/* 64 MiB of zeros in a few KiB. */
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
	assert_message(&err, "more than 1 MiB");
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

/* What lies behind, and what becomes of it. */
/* clang-format off */
static const struct tail_case {
	const char *name;
	enum maker_number maker;
	size_t members[3]; /* sizes, up to a 0 */
	const char *tail;
	size_t tail_size;
	int rc;
	const char *message;
} tail_cases[] = {
	{ "xz: three streams", XZ, { 70000, 1, 5000 }, BYTES(""), 0, NULL },
	{ "xz: stream padding", XZ, { 100 }, BYTES("\0\0\0\0\0\0\0\0"), 0, NULL },
	{ "xz: padding that is no multiple of four", XZ, { 100 }, BYTES("\0\0\0"), 0, NULL },
	{ "xz: the kernel build's size", XZ, { 100 }, BYTES("\x64\0\0\0"), 0, NULL },
	{ "xz: a signature", XZ, { 100 }, BYTES("signature"), 0, NULL },
	{ "xz: padding, then a signature", XZ, { 100 }, BYTES("\0\0\0\0signature"), 0, NULL },
	{ "xz: part of a magic", XZ, { 100 }, BYTES("\xfd\x37\x7a\x58\x5a"), 0, NULL },
	{ "xz: second stream cut in its header", XZ, { 100 }, BYTES(XZ_MAGIC "\0"), -EBADMSG,
	  "cut off" },
	{ "xz: padding, then a broken stream", XZ, { 100 },
	  BYTES("\0\0\0\0" XZ_MAGIC "\0\1AAAA"), -EBADMSG, "is broken" },
	{ "lzma: zeros", LZMA, { 100 }, BYTES("\0\0\0\0"), 0, NULL },
	{ "lzma: the kernel build's size", LZMA, { 100 }, BYTES("\x64\0\0\0"), 0, NULL },
	{ "lzma: a second one is no part of it", LZMA, { 100 }, BYTES(LZMA_HEAD), 0, NULL },
	{ "zstd: three frames", ZSTD, { 70000, 1, 5000 }, BYTES(""), 0, NULL },
	{ "zstd: frame to be skipped", ZSTD, { 100 }, BYTES(ZSTD_SKIP), 0, NULL },
	{ "zstd: the kernel build's size", ZSTD, { 100 }, BYTES("\x64\0\0\0"), 0, NULL },
	{ "zstd: a signature", ZSTD, { 100 }, BYTES("signature"), 0, NULL },
	{ "zstd: part of a magic", ZSTD, { 100 }, BYTES("\x28\xb5\x2f"), 0, NULL },
	{ "zstd: second frame cut behind its magic", ZSTD, { 100 }, BYTES(ZSTD_MAGIC),
	  -EBADMSG, "cut off" },
	{ "zstd: frame to be skipped, cut", ZSTD, { 100 }, BYTES("\x50\x2a\x4d\x18\4\0\0\0abc"),
	  -EBADMSG, "cut off" },
	{ "zstd: frame to be skipped of 4 GiB", ZSTD, { 100 },
	  BYTES("\x50\x2a\x4d\x18\xff\xff\xff\xff" "abc"), -EBADMSG, "cut off" },
	{ "zstd: second frame with a reserved bit", ZSTD, { 100 },
	  BYTES(ZSTD_MAGIC "\x08\x58\1\0\0"), -EBADMSG, "is broken" },
};
/* clang-format on */

static void tail_case(void **state)
{
	const struct tail_case *row = *state;
	const struct maker *maker = &makers[row->maker];
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;
	size_t total = 0, i;

	if (is_refused(maker))
		return;
	buffer.size = 0;
	for (i = 0; i < COUNT(row->members) && row->members[i]; i++) {
		maker->append(&buffer, plain + total, row->members[i]);
		total += row->members[i];
	}
	append(&buffer, row->tail, row->tail_size);
	assert_int_equal(expand(&buffer, NO_LIMIT, maker->name, plain, total, &err),
			 row->rc);
	if (row->rc)
		assert_message(&err, row->message);
}

#ifdef HAVE_LIBLZMA
static void xz_padding_between_streams(void **state)
{
	static const size_t paddings[] = { 4, 512, 60000 };
	static const uint8_t zeros[60000];
	static struct buffer buffer;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(paddings); i++) {
		buffer.size = 0;
		append_xz(&buffer, plain, 100);
		append(&buffer, zeros, paddings[i]);
		append_xz(&buffer, plain + 100, 900);
		assert_int_equal(expand(&buffer, NO_LIMIT, "xz", plain, 1000, NULL), 0);
	}
}

static void every_wrong_byte_of_an_xz_file_is_found(void **state)
{
	static struct buffer buffer;
	size_t i;

	(void)state;
	buffer.size = 0;
	append_xz(&buffer, plain, 1000);
	for (i = 6; i < buffer.size; i++) {
		_cleanup_error_ struct error err = { 0 };

		buffer.data[i] ^= 0x40;
		assert_int_equal(expand(&buffer, NO_LIMIT, "xz", NULL, 0, &err),
				 -EBADMSG);
		buffer.data[i] ^= 0x40;
	}
}

/* Offsets of The .xz File Format 1.1.0, 2.1.1 and 3.1. */
static void set_xz_filter(struct buffer *buffer, uint8_t filter, uint8_t properties)
{
	buffer->data[14] = filter;
	buffer->data[16] = properties;
	put_le(buffer->data + 20, 4, lzma_crc32(buffer->data + 12, 8, 0));
}

static void largest_xz_dictionary(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	(void)state;
	buffer.size = 0;
	append_xz(&buffer, plain, 1000);
	/* LZMA2 (5.3.1): 30 is 128 MiB, 31 is 192 MiB, 40 is 4 GiB. */
	set_xz_filter(&buffer, 0x21, 30);
	assert_int_equal(expand(&buffer, NO_LIMIT, "xz", plain, 1000, NULL), 0);
	set_xz_filter(&buffer, 0x21, 31);
	assert_int_equal(expand(&buffer, NO_LIMIT, "xz", NULL, 0, &err), -EFBIG);
	assert_message(&err, "over 128 MiB of memory");
	set_xz_filter(&buffer, 0x21, 40);
	assert_int_equal(expand(&buffer, NO_LIMIT, "xz", NULL, 0, &err), -EFBIG);
	set_xz_filter(&buffer, 0x22, 30);
	assert_int_equal(expand(&buffer, NO_LIMIT, "xz", NULL, 0, &err), -ENOTSUP);
	assert_message(&err, "filter");
}

static const struct lzma_case {
	const char *name;
	struct poke change;
	int rc;
	const char *message;
} lzma_cases[] = {
	{ "as it is", { 0, 0, 0 }, 0, NULL },
	{ "dictionary of 4 KiB", { 1, 4, 4096 }, 0, NULL },
	{ "dictionary of 96 MiB", { 1, 4, 96 * MIB }, 0, NULL },
	{ "dictionary of 128 MiB", { 1, 4, 128 * MIB }, 0, NULL },
	{ "dictionary of 192 MiB", { 1, 4, 192 * MIB }, -EFBIG, "over 128 MiB" },
	{ "dictionary of 3 GiB", { 1, 4, 3 * GIB }, -EFBIG, "over 128 MiB" },
	{ "size known", { 5, 8, 3000 }, 0, NULL },
	{ "size too small", { 5, 8, 2999 }, -EBADMSG, "is broken" },
	{ "size too large", { 5, 8, 3001 }, -EBADMSG, "is broken" },
	{ "size of 255 GiB", { 5, 8, 255 * GIB }, -EBADMSG, "is broken" },
	{ "other properties", { 0, 1, 2 * 45 + 4 }, -EBADMSG, "lzma" },
};

static void lzma_case(void **state)
{
	const struct lzma_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	buffer.size = 0;
	append_lzma(&buffer, plain, 3000);
	apply_pokes(buffer.data, &row->change, 1);
	assert_int_equal(expand(&buffer, NO_LIMIT, "lzma", plain, 3000, &err), row->rc);
	if (row->rc)
		assert_message(&err, row->message);
}
#endif

#ifdef HAVE_LIBZSTD
/* Frame header (RFC 8878, 3.1.1.1): descriptor, then the window's. */
static const struct zstd_case {
	const char *name;
	struct poke change;
	int rc;
	const char *message;
} zstd_cases[] = {
	{ "as it is", { 0, 0, 0 }, 0, NULL },
	{ "window of 128 MiB", { 5, 1, 17 << 3 }, 0, NULL },
	{ "window of 144 MiB", { 5, 1, 17 << 3 | 1 }, -EFBIG, "over 128 MiB" },
	{ "window of 256 MiB", { 5, 1, 18 << 3 }, -EFBIG, "over 128 MiB" },
	{ "largest window", { 5, 1, 0xff }, -EFBIG, "over 128 MiB" },
	{ "reserved bit", { 4, 1, 0x0c }, -EBADMSG, "is broken" },
	{ "dictionary that is not here", { 4, 1, 0x05 }, -EBADMSG, "is broken" },
};

static void zstd_case(void **state)
{
	const struct zstd_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	buffer.size = 0;
	append_zstd(&buffer, plain, 3000);
	assert_int_equal(buffer.data[4], 0x04);
	apply_pokes(buffer.data, &row->change, 1);
	assert_int_equal(expand(&buffer, NO_LIMIT, "zstd", plain, 3000, &err), row->rc);
	if (row->rc)
		assert_message(&err, row->message);
}

static void wrong_zstd_check_sum(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	(void)state;
	buffer.size = 0;
	append_zstd(&buffer, plain, 3000);
	buffer.data[buffer.size - 1] ^= 1;
	assert_int_equal(expand(&buffer, NO_LIMIT, "zstd", NULL, 0, &err), -EBADMSG);
	assert_message(&err, "is broken");
}

/* As pzstd(1) makes it: one before each frame. */
static void zstd_frame_to_be_skipped_first(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	(void)state;
	buffer.size = 0;
	append(&buffer, BYTES(ZSTD_SKIP));
	assert_int_equal(expand(&buffer, NO_LIMIT, "zstd", NULL, 0, &err), -ENODATA);
	assert_message(&err, "nothing comes out of its zstd data");
	append_zstd(&buffer, plain, 3000);
	append(&buffer, BYTES(ZSTD_SKIP));
	append_zstd(&buffer, plain + 3000, 3000);
	assert_int_equal(expand(&buffer, NO_LIMIT, "zstd", plain, 6000, NULL), 0);
}
#endif

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(kernel_that_begins_as_a_container),
#ifdef HAVE_LIBLZMA
		cmocka_unit_test(xz_padding_between_streams),
		cmocka_unit_test(every_wrong_byte_of_an_xz_file_is_found),
		cmocka_unit_test(largest_xz_dictionary),
#endif
#ifdef HAVE_LIBZSTD
		cmocka_unit_test(wrong_zstd_check_sum),
		cmocka_unit_test(zstd_frame_to_be_skipped_first),
#endif
	};
	int failed;

	make_plain();
	failed = RUN_TABLE(plain_case, plain_cases) + RUN_TABLE(start_only, makers) +
		 RUN_TABLE(sizes, makers) + RUN_TABLE(cut_off_at_every_byte, makers) +
		 RUN_TABLE(bomb, makers) + RUN_TABLE(body_of_noise, makers) +
		 RUN_TABLE(tail_case, tail_cases);
#ifdef HAVE_LIBLZMA
	failed += RUN_TABLE(lzma_case, lzma_cases);
#endif
#ifdef HAVE_LIBZSTD
	failed += RUN_TABLE(zstd_case, zstd_cases);
#endif
	return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
