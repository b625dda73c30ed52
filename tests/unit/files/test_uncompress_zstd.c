// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/uncompress.c for zstd only. */
#include "format_makers.h"

/* clang-format off */
static const struct tail_case tail_cases[] = {
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

/* Frame header (RFC 8878, 3.1.1.1): descriptor, then window descriptor. */
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

	if (is_refused(&makers[ZSTD]))
		return;
	buffer.size = 0;
	makers[ZSTD].append(&buffer, plain, 3000);
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
	if (is_refused(&makers[ZSTD]))
		return;
	buffer.size = 0;
	makers[ZSTD].append(&buffer, plain, 3000);
	buffer.data[buffer.size - 1] ^= 1;
	assert_int_equal(expand(&buffer, NO_LIMIT, "zstd", NULL, 0, &err), -EBADMSG);
	assert_message(&err, "is broken");
}

/* As pzstd(1) writes it: a skippable frame before each frame. */
static void zstd_frame_to_be_skipped_first(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	(void)state;
	if (is_refused(&makers[ZSTD]))
		return;
	buffer.size = 0;
	append(&buffer, BYTES(ZSTD_SKIP));
	assert_int_equal(expand(&buffer, NO_LIMIT, "zstd", NULL, 0, &err), -ENODATA);
	assert_message(&err, "its zstd data decompresses to nothing");
	makers[ZSTD].append(&buffer, plain, 3000);
	append(&buffer, BYTES(ZSTD_SKIP));
	makers[ZSTD].append(&buffer, plain + 3000, 3000);
	assert_int_equal(expand(&buffer, NO_LIMIT, "zstd", plain, 6000, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(wrong_zstd_check_sum),
		cmocka_unit_test(zstd_frame_to_be_skipped_first),
	};

	make_plain();
	return RUN_TABLE(tail_case, tail_cases) + RUN_TABLE(zstd_case, zstd_cases) +
	       cmocka_run_group_tests_name("others", others, NULL, NULL);
}
