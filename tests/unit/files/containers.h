/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the tests of uncompress: data to compress, and a check of the output. */
#ifndef TESTS_UNIT_CONTAINERS_H
#define TESTS_UNIT_CONTAINERS_H

#include "files/uncompress.h"
#include "fixtures.h"

#define NO_LIMIT GIB

/* Data larger than the decoder's buffers that does not compress well. */
#define PLAIN_SIZE 200001u
static uint8_t plain[PLAIN_SIZE];

/* Half noise and half repetition, the same in each run. */
static inline void make_plain(void)
{
	uint32_t random = 1;
	size_t i;

	for (i = 0; i < PLAIN_SIZE; i++) {
		random = random * 1664525 + 1013904223;
		plain[i] = i % 64 < 32 ? (uint8_t)(random >> 24) : 'k';
	}
}

struct buffer {
	uint8_t data[2 * PLAIN_SIZE + 4096];
	size_t size;
};

static inline void append(struct buffer *buffer, const void *data, size_t size)
{
	assert_true(size <= sizeof(buffer->data) - buffer->size);
	memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
}

/*
 * Uncompresses a file. On success the format must have been recognised as this one (NULL:
 * none) and the output must be the expected bytes.
 */
static inline int expand(const struct buffer *buffer, uint64_t limit,
			 const char *expected_format, const uint8_t *expected,
			 size_t expected_size, struct error *err)
{
	_cleanup_free_ uint8_t *out = NULL;
	_cleanup_close_ int memory_fd = -1;
	const char *format = NULL;
	uint64_t size = 12345;
	char path[64];
	int fd, rc;

	make_file(buffer->data, buffer->size, &fd, path);
	rc = uncompress_file(fd, buffer->size, limit, NULL, &memory_fd, &size, &format,
			     err);
	close(fd);
	if (rc < 0 || !expected_format) {
		/* Out-parameters are set on success only. */
		assert_int_equal(size, 12345);
		assert_null(format);
		assert_int_equal(memory_fd, -1);
		return rc;
	}
	assert_non_null(format);
	assert_string_equal(format, expected_format);
	assert_int_equal(size, expected_size);
	out = malloc(expected_size + 1);
	assert_non_null(out);
	assert_int_equal(read_exactly(memory_fd, out, expected_size, 0), 0);
	assert_memory_equal(out, expected, expected_size);
	assert_int_equal(read_exactly(memory_fd, out, 1, expected_size), -EIO);
	return 0;
}

#endif
