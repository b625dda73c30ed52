// SPDX-License-Identifier: GPL-2.0-only
/* Decodes Zstandard (RFC 8878) with libzstd. */
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "files/uncompress_internal.h"
#include "util/cleanup.h"

static void free_context(ZSTD_DCtx **context)
{
	ZSTD_freeDCtx(*context);
}

static int explain(size_t status, struct error *err)
{
	switch (ZSTD_getErrorCode(status)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		return uncompress_window_too_large("zstd", err);
	case ZSTD_error_memory_allocation:
		return error_no_memory(err);
	default:
		return uncompress_broken("zstd", ZSTD_getErrorName(status), err);
	}
}

static int decode_frame(struct uncompress_stream *stream, ZSTD_DCtx *context,
			struct error *err)
{
	size_t status = 1;

	/* 0 means that the frame has ended and all its output is written. */
	while (status) {
		ZSTD_outBuffer out = { stream->out, UNCOMPRESS_CHUNK, 0 };
		ZSTD_inBuffer in = { stream->in, stream->in_end, stream->in_start };
		int rc;

		status = ZSTD_decompressStream(context, &out, &in);
		if (ZSTD_isError(status))
			return explain(status, err);
		stream->in_start = in.pos;
		rc = uncompress_flush(stream, out.pos, err);
		/* If the output buffer is full, more output may follow without input. */
		if (!rc && status && in.pos == in.size && out.pos < out.size)
			rc = uncompress_next(stream, "zstd", err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int zstd_decode_libzstd(struct uncompress_stream *stream, struct error *err)
{
	_cleanup_(free_context) ZSTD_DCtx *context = ZSTD_createDCtx();
	bool more = true;
	int rc = 0;

	if (!context || ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax,
							    UNCOMPRESS_WINDOW_LOG)))
		return error_no_memory(err);
	while (!rc && more) {
		rc = decode_frame(stream, context, err);
		if (!rc)
			rc = uncompress_goes_on(stream, zstd_begins, &more, err);
	}
	return rc;
}
