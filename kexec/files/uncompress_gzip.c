// SPDX-License-Identifier: GPL-2.0-only
/* Decodes gzip (RFC 1952) with zlib. */
#include <string.h>
#include <zlib.h>

#include "files/uncompress_internal.h"
#include "util/cleanup.h"

/* Also compares the method: RFC 1952 defines only 8, deflate. */
bool gzip_begins(struct bytes head)
{
	return head.size >= 3 && !memcmp(head.data, "\x1f\x8b\x08", 3);
}

/* A later member with another method is broken data, not the end of the file. */
static bool member_begins(struct bytes head)
{
	return head.size >= 2 && !memcmp(head.data, "\x1f\x8b", 2);
}

static int decode_member(struct uncompress_stream *stream, z_stream *z, struct error *err)
{
	int status = Z_OK, rc;

	while (status != Z_STREAM_END) {
		if (stream->in_start == stream->in_end) {
			rc = uncompress_next(stream, "gzip", err);
			if (rc < 0)
				return rc;
		}
		z->next_in = stream->in + stream->in_start;
		z->avail_in = (uInt)(stream->in_end - stream->in_start);
		z->next_out = stream->out;
		z->avail_out = UNCOMPRESS_CHUNK;
		status = inflate(z, Z_NO_FLUSH);
		stream->in_start = stream->in_end - z->avail_in;
		rc = uncompress_flush(stream, UNCOMPRESS_CHUNK - z->avail_out, err);
		if (rc < 0)
			return rc;
		if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
			return uncompress_broken("gzip",
						 z->msg ? z->msg : "unknown reason", err);
	}
	return 0;
}

static void end_inflate(z_stream *z)
{
	inflateEnd(z);
}

int gzip_decode_zlib(struct uncompress_stream *stream, struct error *err)
{
	_cleanup_(end_inflate) z_stream z = { 0 };
	bool more = true;
	int rc = 0;

	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return error_no_memory(err);
	while (!rc && more) {
		if (inflateReset(&z) != Z_OK)
			return error_no_memory(err);
		rc = decode_member(stream, &z, err);
		if (!rc)
			rc = uncompress_goes_on(stream, member_begins, &more, err);
	}
	return rc;
}
