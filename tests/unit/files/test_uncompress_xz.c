// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/uncompress.c for xz and lzma only. */
#include "format_makers.h"

/* clang-format off */
static const struct tail_case tail_cases[] = {
	{ "xz: three streams", XZ, { 70000, 1, 5000 }, BYTES(""), 0, NULL },
	{ "xz: stream padding", XZ, { 100 }, BYTES("\0\0\0\0\0\0\0\0"), 0, NULL },
	{ "xz: padding not a multiple of four", XZ, { 100 }, BYTES("\0\0\0"), 0, NULL },
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
	{ "lzma: a second one is not part of it", LZMA, { 100 }, BYTES(LZMA_HEAD), 0, NULL },
};
/* clang-format on */

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

int main(void)
{
#ifdef HAVE_LIBLZMA
	const struct CMUnitTest others[] = {
		cmocka_unit_test(xz_padding_between_streams),
		cmocka_unit_test(every_wrong_byte_of_an_xz_file_is_found),
		cmocka_unit_test(largest_xz_dictionary),
	};
#endif
	int failed;

	make_plain();
	failed = RUN_TABLE(tail_case, tail_cases);
#ifdef HAVE_LIBLZMA
	failed += RUN_TABLE(lzma_case, lzma_cases);
	failed += cmocka_run_group_tests_name("others", others, NULL, NULL);
#endif
	return failed;
}
