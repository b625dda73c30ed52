// SPDX-License-Identifier: GPL-2.0-only
/* Writes tar archives: POSIX.1-2017, pax, "ustar Interchange Format", and gzip. */
#include "archive/tar_write.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <zlib.h>

#include "archive/tar_format.h"
#include "util/bytes.h"
#include "util/io.h"
#include "util/library.h"

/* zlib.h, deflateInit2: the largest window, and 16 for a gzip header. */
#define WINDOW_BITS_GZIP (15 + 16)

struct writer {
	z_stream stream;
	int fd;
	uint8_t out[16384];
};

/* Compresses size bytes and writes what comes out; flush: Z_NO_FLUSH or Z_FINISH. */
static int deflate_part(struct writer *writer, const void *data, size_t size, int flush,
			struct error *err)
{
	z_stream *stream = &writer->stream;
	int rc;

	stream->next_in = (Bytef *)(uintptr_t)data;
	stream->avail_in = (uInt)size;
	do {
		stream->next_out = writer->out;
		stream->avail_out = sizeof(writer->out);
		if (deflate(stream, flush) == Z_STREAM_ERROR)
			return error_set(err, EIO, "zlib refuses to compress");
		rc = write_all(writer->fd, writer->out,
			       sizeof(writer->out) - stream->avail_out);
		if (rc < 0)
			return error_set(err, -rc, "%s", strerror(-rc));
	} while (!stream->avail_out);
	return 0;
}

static int add(struct writer *writer, const void *data, size_t size, struct error *err)
{
	const uint8_t *at = data;

	while (size) {
		size_t part = size < (1u << 20) ? size : 1u << 20;
		int rc = deflate_part(writer, at, part, Z_NO_FLUSH, err);

		if (rc < 0)
			return rc;
		at += part;
		size -= part;
	}
	return 0;
}

/* Digits of an octal number, in all but the last byte of a field. */
static void store_octal(uint8_t *field, size_t size, uint64_t value)
{
	size_t i = size - 1;

	while (i--) {
		field[i] = (uint8_t)('0' + (value & 7));
		value >>= 3;
	}
}

/* Divides a path between name and prefix: at a slash, which is in neither. */
static int store_path(uint8_t *block, const char *path, struct error *err)
{
	size_t length = strlen(path), cut = 0;

	if (length > TAR_NAME_SIZE) {
		cut = length - TAR_NAME_SIZE - 1;
		cut += strcspn(path + cut, "/");
		if (cut == length || cut + 1 == length || cut > TAR_PREFIX_SIZE)
			return error_set(err, ENAMETOOLONG,
					 "/%s is too long for a tar archive", path);
		memcpy(block + TAR_PREFIX, path, cut);
		cut++;
	}
	memcpy(block + TAR_NAME, path + cut, length - cut);
	return 0;
}

static int store_type(uint8_t *block, const struct file_tree_entry *entry,
		      struct error *err)
{
	static const char types[] = { [FILE_TREE_DIRECTORY] = TAR_TYPE_DIRECTORY,
				      [FILE_TREE_FILE] = TAR_TYPE_FILE,
				      [FILE_TREE_LINK] = TAR_TYPE_LINK };

	block[TAR_TYPE] = (uint8_t)types[entry->kind];
	if (entry->kind != FILE_TREE_LINK)
		return 0;
	if (entry->size > TAR_LINK_SIZE)
		return error_set(err, ENAMETOOLONG,
				 "the target of /%s is too long for a tar archive",
				 entry->path);
	memcpy(block + TAR_LINK, entry->data, entry->size);
	return 0;
}

static int add_header(struct writer *writer, const struct file_tree_entry *entry,
		      const char *top, uint64_t time, struct error *err)
{
	uint8_t block[TAR_BLOCK] = { 0 };
	_cleanup_free_ char *path = NULL;
	uint64_t sum = 0;
	size_t i;
	int rc;

	if (asprintf(&path, "%s/%s", top, entry->path) < 0) {
		path = NULL;
		return error_no_memory(err);
	}
	rc = store_path(block, path, err);
	if (!rc)
		rc = store_type(block, entry, err);
	if (rc < 0)
		return rc;
	store_octal(block + TAR_MODE, TAR_OWNER_SIZE,
		    entry->kind == FILE_TREE_DIRECTORY ? 0700 : 0600);
	store_octal(block + TAR_USER, TAR_OWNER_SIZE, 0);
	store_octal(block + TAR_GROUP, TAR_OWNER_SIZE, 0);
	store_octal(block + TAR_SIZE, TAR_NUMBER_SIZE,
		    entry->kind == FILE_TREE_FILE ? entry->size : 0);
	store_octal(block + TAR_TIME, TAR_NUMBER_SIZE, time);
	memcpy(block + TAR_MAGIC,
	       "ustar\0"
	       "00",
	       8);
	memset(block + TAR_SUM, ' ', TAR_SUM_SIZE);
	for (i = 0; i < sizeof(block); i++)
		sum += block[i];
	store_octal(block + TAR_SUM, TAR_SUM_SIZE - 1, sum);
	block[TAR_SUM + TAR_SUM_SIZE - 2] = '\0';
	return add(writer, block, sizeof(block), err);
}

static int add_tree(struct writer *writer, const struct file_tree *tree, const char *top,
		    uint64_t time, struct error *err)
{
	static const uint8_t zeros[2 * TAR_BLOCK];
	size_t i;
	int rc = 0;

	for (i = 0; i < tree->count && !rc; i++) {
		const struct file_tree_entry *entry = &tree->entries[i];

		rc = add_header(writer, entry, top, time, err);
		if (rc || entry->kind != FILE_TREE_FILE)
			continue;
		rc = add(writer, entry->data, entry->size, err);
		if (!rc)
			rc = add(writer, zeros,
				 (size_t)(align_up(entry->size, TAR_BLOCK) - entry->size),
				 err);
	}
	/* Two blocks of zeros end the archive. */
	return rc ? rc : deflate_part(writer, zeros, sizeof(zeros), Z_FINISH, err);
}

int tar_write_gzip(int fd, const struct file_tree *tree, const char *top, uint64_t time,
		   struct error *err)
{
	_cleanup_free_ struct writer *writer = NULL;
	int rc = library_need(LIBRARY_ZLIB, err);

	if (rc < 0)
		return rc;
	writer = calloc(1, sizeof(*writer));
	if (!writer)
		return error_no_memory(err);
	writer->fd = fd;
	if (deflateInit2(&writer->stream, Z_BEST_COMPRESSION, Z_DEFLATED,
			 WINDOW_BITS_GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return error_no_memory(err);
	rc = add_tree(writer, tree, top, time, err);
	deflateEnd(&writer->stream);
	return rc;
}
