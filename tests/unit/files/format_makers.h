/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes input for the tests of xz, lzma and zstd. */
#ifndef TESTS_UNIT_FORMAT_MAKERS_H
#define TESTS_UNIT_FORMAT_MAKERS_H

#include <errno.h>
#ifdef HAVE_LIBLZMA
#include <lzma.h>
#endif
#ifdef HAVE_LIBZSTD
#include <zstd.h>
#endif

#include "containers.h"

#define ZSTD_MAGIC "\x28\xb5\x2f\xfd"
/* A skippable frame with three bytes. */
#define ZSTD_SKIP "\x5a\x2a\x4d\x18\3\0\0\0abc"
#define XZ_MAGIC  "\xfd\x37\x7a\x58\x5a\0"
/* Properties and dictionary size as from lzma -9, unknown size, then the range coder. */
#define LZMA_START   "\x5d\0\0\0\4"
#define LZMA_UNKNOWN "\xff\xff\xff\xff\xff\xff\xff\xff"
#define LZMA_HEAD    LZMA_START LZMA_UNKNOWN "\0"

/* A literal and its length, which includes zero bytes. */
#define BYTES(literal) literal, sizeof(literal) - 1

/* A format with its encoder; without one if this build cannot decode it. */
struct maker {
	const char *name;
	const char *library;
	void (*append)(struct buffer *buffer, const uint8_t *data, size_t size);
	size_t told_by; /* bytes that identify it */
	const char *start;
	size_t start_size;
};

#ifdef HAVE_LIBLZMA
static inline void append_coded(struct buffer *buffer, const uint8_t *data, size_t size,
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

static inline void append_xz(struct buffer *buffer, const uint8_t *data, size_t size)
{
	lzma_stream lzma = LZMA_STREAM_INIT;

	assert_int_equal(lzma_easy_encoder(&lzma, 0, LZMA_CHECK_CRC32), LZMA_OK);
	append_coded(buffer, data, size, &lzma);
}

/* Unknown size and an end marker, as lzma(1) writes when it reads from a pipe. */
static inline void append_lzma(struct buffer *buffer, const uint8_t *data, size_t size)
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
/* With a checksum and without the size, as when zstd(1) reads from a pipe. */
static inline void append_zstd(struct buffer *buffer, const uint8_t *data, size_t size)
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

/* Without the library only recognition is tested. Returns true if that was all. */
static inline bool is_refused(const struct maker *maker)
{
	_cleanup_error_ struct error err = { 0 };
	static struct buffer buffer;
	char expected[100];

	if (maker->append)
		return false;
	buffer.size = 0;
	append(&buffer, maker->start, maker->start_size);
	assert_int_equal(expand(&buffer, NO_LIMIT, maker->name, NULL, 0, &err), -ENOTSUP);
	snprintf(
		expected, sizeof(expected),
		"compressed with %s, which this kexec cannot uncompress (built without %s)",
		maker->name, maker->library);
	assert_string_equal(err.message, expected);
	return true;
}

/* Bytes after the data, and the expected result. */
struct tail_case {
	const char *name;
	enum maker_number maker;
	size_t members[3]; /* sizes; 0 ends the list */
	const char *tail;
	size_t tail_size;
	int rc;
	const char *message;
};

static inline void tail_case(void **state)
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

#endif
