// SPDX-License-Identifier: GPL-2.0-only
/* Decodes xz (The .xz File Format 1.1.0) and the older lzma (LZMA_Alone) with liblzma. */
#include <errno.h>
#include <lzma.h>

#include "files/uncompress_internal.h"
#include "util/cleanup.h"

/* Bytes for the largest dictionary and the rest of the decoder. */
#define MEMORY_MAX (UNCOMPRESS_WINDOW_MAX + (16ull << 20))

static void end_lzma(lzma_stream *lzma)
{
	lzma_end(lzma);
}

static int explain(lzma_ret status, const char *format, struct error *err)
{
	switch (status) {
	case LZMA_MEMLIMIT_ERROR:
		return uncompress_window_too_large(format, err);
	case LZMA_MEM_ERROR:
		return error_no_memory(err);
	case LZMA_OPTIONS_ERROR:
		return error_set(
			err, ENOTSUP,
			"its %s data uses a filter that liblzma %s does not know", format,
			lzma_version_string());
	case LZMA_FORMAT_ERROR:
		return uncompress_broken(format, "wrong header", err);
	default:
		return uncompress_broken(format, "wrong data or checksum", err);
	}
}

/* Decodes one stream, for which lzma is initialised. */
static int decode_stream(struct uncompress_stream *stream, lzma_stream *lzma,
			 const char *format, struct error *err)
{
	lzma_ret status = LZMA_OK;
	int rc;

	while (status != LZMA_STREAM_END) {
		/* If the output buffer is full, more output may follow without input. */
		if (stream->in_start == stream->in_end && lzma->avail_out) {
			rc = uncompress_next(stream, format, err);
			if (rc < 0)
				return rc;
		}
		lzma->next_in = stream->in + stream->in_start;
		lzma->avail_in = stream->in_end - stream->in_start;
		lzma->next_out = stream->out;
		lzma->avail_out = UNCOMPRESS_CHUNK;
		status = lzma_code(lzma, LZMA_RUN);
		stream->in_start = stream->in_end - lzma->avail_in;
		rc = uncompress_flush(stream, UNCOMPRESS_CHUNK - lzma->avail_out, err);
		if (rc < 0)
			return rc;
		if (status != LZMA_OK && status != LZMA_STREAM_END &&
		    status != LZMA_BUF_ERROR)
			return explain(status, format, err);
	}
	return 0;
}

/*
 * Skips Stream Padding (section 2.2): zeros in groups of four. One buffer of it is
 * enough, because padding only fills up a block of a tape or disk.
 */
static int skip_padding(struct uncompress_stream *stream, struct error *err)
{
	int rc = uncompress_fill(stream, err);

	while (!rc && stream->in_end - stream->in_start >= 4) {
		const uint8_t *at = stream->in + stream->in_start;

		if (at[0] || at[1] || at[2] || at[3])
			break;
		stream->in_start += 4;
	}
	return rc;
}

int xz_decode_liblzma(struct uncompress_stream *stream, struct error *err)
{
	_cleanup_(end_lzma) lzma_stream lzma = LZMA_STREAM_INIT;
	bool more = true;
	int rc = 0;

	while (!rc && more) {
		lzma_ret status = lzma_stream_decoder(&lzma, MEMORY_MAX, 0);

		if (status != LZMA_OK)
			return explain(status, "xz", err);
		rc = decode_stream(stream, &lzma, "xz", err);
		if (!rc)
			rc = skip_padding(stream, err);
		if (!rc)
			rc = uncompress_goes_on(stream, xz_begins, &more, err);
	}
	return rc;
}

/* The format has one stream per file; data behind it is ignored. */
int lzma_decode_liblzma(struct uncompress_stream *stream, struct error *err)
{
	_cleanup_(end_lzma) lzma_stream lzma = LZMA_STREAM_INIT;
	lzma_ret status = lzma_alone_decoder(&lzma, MEMORY_MAX);

	if (status != LZMA_OK)
		return explain(status, "lzma", err);
	return decode_stream(stream, &lzma, "lzma", err);
}
