// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/uncompress.c: gzip data, intact and with each defect. */
#include "files/uncompress.h"

#include <errno.h>
#include <zlib.h>

#include "containers.h"

/* Header and trailer of a gzip member without a name (RFC 1952). */
#define GZIP_HEADER  10u
#define GZIP_TRAILER 8u

static void append_member(struct buffer *buffer, const uint8_t *data, size_t size)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	z.next_in = (uint8_t *)(uintptr_t)data;
	z.avail_in = (uInt)size;
	z.next_out = buffer->data + buffer->size;
	z.avail_out = (uInt)(sizeof(buffer->data) - buffer->size);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	buffer->size += z.total_out;
	deflateEnd(&z);
}

static const struct plain_case {
	const char *name;
	size_t size;
	const char *bytes;
} plain_cases[] = {
	{ "empty", 0, "" },
	{ "one byte of the magic", 1, "\x1f" },
	{ "two bytes of the magic", 2, "\x1f\x8b" },
	{ "magic with another method", 4, "\x1f\x8b\x07" },
	{ "an old compress(1) file", 4, "\x1f\x9d\x90" },
	{ "a kernel", 6, "MZ\0\0\0\0" },
};

static void plain_case(void **state)
{
	const struct plain_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	buffer.size = 0;
	append(&buffer, row->bytes, row->size);
	assert_int_equal(expand(&buffer, NO_LIMIT, NULL, NULL, 0, &err), 0);
	assert_null(err.message);
}

/* Consecutive members: their sizes, the bytes appended, and the expected result. */
/* clang-format off */
static const struct member_case {
	const char *name;
	size_t members[3];
	size_t member_count;
	const char *tail;
	size_t tail_size;
	uint64_t limit;
	int rc;
	const char *message;
} member_cases[] = {
	{ "one", { PLAIN_SIZE }, 1, "", 0, NO_LIMIT, 0, NULL },
	{ "one byte", { 1 }, 1, "", 0, NO_LIMIT, 0, NULL },
	{ "a chunk exactly", { 65536 }, 1, "", 0, NO_LIMIT, 0, NULL },
	{ "a chunk and a byte", { 65537 }, 1, "", 0, NO_LIMIT, 0, NULL },
	{ "three", { 70000, 1, 5000 }, 3, "", 0, NO_LIMIT, 0, NULL },
	{ "an empty one between", { 100, 0, 200 }, 3, "", 0, NO_LIMIT, 0, NULL },
	{ "an empty one first", { 0, 100 }, 2, "", 0, NO_LIMIT, 0, NULL },
	{ "zero padding", { 100 }, 1, "\0\0\0\0\0\0\0", 7, NO_LIMIT, 0, NULL },
	{ "one zero", { 100 }, 1, "\0", 1, NO_LIMIT, 0, NULL },
	{ "a signature behind", { 100 }, 1, "signature, 27 bytes of text", 27, NO_LIMIT,
	  0, NULL },
	{ "nothing inside", { 0 }, 1, "", 0, NO_LIMIT, -ENODATA, "decompresses to nothing" },
	{ "exactly the limit", { 5000 }, 1, "", 0, 5000, 0, NULL },
	{ "one byte beyond the limit", { 5001 }, 1, "", 0, 5000, -EFBIG,
	  "too much for a file of its kind" },
	{ "the second member beyond the limit", { 4000, 1001 }, 2, "", 0, 5000, -EFBIG,
	  "too much for a file of its kind" },
	{ "second member with a broken body", { 100 }, 1,
	  "\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff", 14, NO_LIMIT, -EBADMSG,
	  "is broken" },
	{ "second member of another method", { 100 }, 1, "\x1f\x8b\x07\0\0\0\0\0\0\x03",
	  10, NO_LIMIT, -EBADMSG, "is broken" },
	{ "second member cut in its header", { 100 }, 1, "\x1f\x8b\x08\0", 4, NO_LIMIT,
	  -EBADMSG, "cut off" },
	{ "second member cut behind its header", { 100 }, 1,
	  "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10, NO_LIMIT, -EBADMSG, "cut off" },
};
/* clang-format on */

static void member_case(void **state)
{
	const struct member_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;
	size_t total = 0, i;

	buffer.size = 0;
	for (i = 0; i < row->member_count; i++) {
		append_member(&buffer, plain + total, row->members[i]);
		total += row->members[i];
	}
	append(&buffer, row->tail, row->tail_size);
	assert_int_equal(expand(&buffer, row->limit, "gzip", plain, total, &err),
			 row->rc);
	if (row->rc)
		assert_message(&err, row->message);
}

/* 64 MiB of zeros compressed to 64 KiB. */
static void bomb_is_stopped_at_the_limit(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ uint8_t *zeros = calloc(1, 64 * MIB);
	static struct buffer buffer;

	(void)state;
	assert_non_null(zeros);
	buffer.size = 0;
	append_member(&buffer, zeros, 64 * MIB);
	assert_true(buffer.size < 128 * KIB);
	assert_int_equal(expand(&buffer, MIB, "gzip", NULL, 0, &err), -EFBIG);
	assert_message(&err, "over 1 MiB");
}

static void cut_off_at_every_byte_of_head_and_trailer(void **state)
{
	static struct buffer buffer;
	size_t whole;

	(void)state;
	buffer.size = 0;
	append_member(&buffer, plain, 3000);
	whole = buffer.size;
	for (buffer.size = 3; buffer.size < whole; buffer.size++) {
		_cleanup_error_ struct error err = { 0 };

		assert_int_equal(expand(&buffer, NO_LIMIT, "gzip", NULL, 0, &err),
				 -EBADMSG);
		assert_message(&err, "cut off");
	}
	assert_int_equal(expand(&buffer, NO_LIMIT, "gzip", plain, 3000, NULL), 0);
}

static void every_wrong_byte_of_the_trailer_is_found(void **state)
{
	static struct buffer buffer;
	size_t i;

	(void)state;
	buffer.size = 0;
	append_member(&buffer, plain, 3000);
	for (i = buffer.size - GZIP_TRAILER; i < buffer.size; i++) {
		_cleanup_error_ struct error err = { 0 };

		buffer.data[i] ^= 0x40;
		assert_int_equal(expand(&buffer, NO_LIMIT, "gzip", NULL, 0, &err),
				 -EBADMSG);
		assert_message(&err, "is broken");
		buffer.data[i] ^= 0x40;
	}
}

static void first_body_is_broken(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;

	(void)state;
	buffer.size = 0;
	append_member(&buffer, plain, 3000);
	memset(buffer.data + GZIP_HEADER, 0xff, 16);
	assert_int_equal(expand(&buffer, NO_LIMIT, "gzip", NULL, 0, &err), -EBADMSG);
	assert_message(&err, "is broken");
}

/* The file became shorter after its size was read. */
static void file_shorter_than_told(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;
	const char *format = NULL;
	int memory_fd = -1, fd;
	uint64_t size = 0;
	char path[64];

	(void)state;
	buffer.size = 0;
	append_member(&buffer, plain, 3000);
	make_file(buffer.data, buffer.size, &fd, path);
	assert_int_equal(uncompress_file(fd, buffer.size + 1, NO_LIMIT, NULL, &memory_fd,
					 &size, &format, &err),
			 -EIO);
	assert_message(&err, "cannot read");
	assert_int_equal(memory_fd, -1);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(bomb_is_stopped_at_the_limit),
		cmocka_unit_test(cut_off_at_every_byte_of_head_and_trailer),
		cmocka_unit_test(every_wrong_byte_of_the_trailer_is_found),
		cmocka_unit_test(first_body_is_broken),
		cmocka_unit_test(file_shorter_than_told),
	};

	make_plain();
	return RUN_TABLE(plain_case, plain_cases) + RUN_TABLE(member_case, member_cases) +
	       cmocka_run_group_tests_name("broken", others, NULL, NULL);
}
