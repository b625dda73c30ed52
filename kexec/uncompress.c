// SPDX-License-Identifier: GPL-2.0-only
/* Undoing the containers that kernels come in. */
#include "uncompress.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

#include "util/bytes.h"
#include "util/io.h"

#define CHUNK_BYTES	 65536u
#define GZIP_MAGIC_BYTES 2u

/* Where one format's decoder reads from and writes to. */
struct stream {
	int fd;
	uint64_t source_size;
	uint64_t source_offset;
	int memory_fd;
	uint64_t written;
	uint64_t limit;
	uint8_t in[CHUNK_BYTES];
	uint8_t out[CHUNK_BYTES];
};

struct format {
	const char *name;
	uint8_t magic[6];
	size_t magic_size;
	int (*decode)(struct stream *stream, struct error *err);
};

/* Reads the next piece of the container; *size is 0 at its end. */
static int stream_fill(struct stream *stream, size_t *size, struct error *err)
{
	uint64_t left = stream->source_size - stream->source_offset;
	size_t want = left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES;
	int rc = read_exactly(stream->fd, stream->in, want, stream->source_offset);

	if (rc < 0)
		return error_set(err, -rc, "cannot read at byte %llu: %s",
				 (unsigned long long)stream->source_offset,
				 strerror(-rc));
	stream->source_offset += want;
	*size = want;
	return 0;
}

static int stream_flush(struct stream *stream, size_t size, struct error *err)
{
	int rc;

	if (size > stream->limit - stream->written)
		return error_set(err, EFBIG,
				 "more than %llu MiB come out of it; that is no kernel",
				 (unsigned long long)(stream->limit >> 20));
	rc = write_all(stream->memory_fd, stream->out, size);
	if (rc < 0)
		return error_set(err, -rc, "no memory to uncompress it: %s",
				 strerror(-rc));
	stream->written += size;
	return 0;
}

static void end_inflate(z_stream *z)
{
	inflateEnd(z);
}

/*
 * RFC 1952. Members may follow one another; what follows the last one and does not begin
 * with a member's magic (padding, an appended signature) is left, as gzip itself does.
 */
static int decode_gzip(struct stream *stream, struct error *err)
{
	_cleanup_(end_inflate) z_stream z = { 0 };
	bool has_member = false;
	int status, rc;

	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return error_no_memory(err);
	for (;;) {
		if (!z.avail_in) {
			size_t got = 0;

			rc = stream_fill(stream, &got, err);
			if (rc < 0)
				return rc;
			if (!got)
				break;
			z.next_in = stream->in;
			z.avail_in = (uInt)got;
		}
		z.next_out = stream->out;
		z.avail_out = CHUNK_BYTES;
		status = inflate(&z, Z_NO_FLUSH);
		rc = stream_flush(stream, CHUNK_BYTES - z.avail_out, err);
		if (rc < 0)
			return rc;
		/* total_in counts from the member's start: no further than its magic. */
		if (status == Z_DATA_ERROR && has_member &&
		    z.total_in <= GZIP_MAGIC_BYTES)
			return 0;
		if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
			return error_set(err, EBADMSG, "its gzip data is broken: %s",
					 z.msg ? z.msg : "unknown reason");
		if (status != Z_STREAM_END)
			continue;
		has_member = true;
		if (inflateReset(&z) != Z_OK)
			return error_no_memory(err);
	}
	if (!has_member || z.total_in >= GZIP_MAGIC_BYTES)
		return error_set(err, EBADMSG,
				 "its gzip data is cut off; copy the file once more");
	return 0;
}

static const struct format formats[] = {
	{ "gzip", { 0x1f, 0x8b, 0x08 }, 3, decode_gzip },
};

static const struct format *find_format(const uint8_t *head, size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (size >= formats[i].magic_size &&
		    !memcmp(head, formats[i].magic, formats[i].magic_size))
			return &formats[i];
	return NULL;
}

int uncompress_file(int fd, uint64_t source_size, uint64_t limit, int *memory_fd,
		    uint64_t *size, const char **format, struct error *err)
{
	_cleanup_free_ struct stream *stream = NULL;
	_cleanup_close_ int out = -1;
	const struct format *found;
	uint8_t head[6] = { 0 };
	size_t head_size = source_size < sizeof(head) ? source_size : sizeof(head);
	int rc;

	rc = read_exactly(fd, head, head_size, 0);
	if (rc < 0)
		return error_set(err, -rc, "cannot be read: %s", strerror(-rc));
	found = find_format(head, head_size);
	if (!found)
		return 0;
	out = memfd_create("kexec-kernel", MFD_CLOEXEC);
	if (out < 0)
		return error_set(err, errno, "no memory to uncompress it: %s",
				 strerror(errno));
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return error_no_memory(err);
	stream->fd = fd;
	stream->source_size = source_size;
	stream->memory_fd = out;
	stream->limit = limit;
	rc = found->decode(stream, err);
	if (rc < 0)
		return rc;
	if (!stream->written)
		return error_set(err, ENODATA, "nothing comes out of its %s data",
				 found->name);
	*memory_fd = take_fd(out);
	*size = stream->written;
	*format = found->name;
	return 0;
}
