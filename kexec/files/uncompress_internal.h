/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the decoders of uncompress.c: the stream that they read and write. */
#ifndef KEXEC_UNCOMPRESS_INTERNAL_H
#define KEXEC_UNCOMPRESS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "util/bytes.h"
#include "util/error.h"
#include "util/progress.h"

#define UNCOMPRESS_CHUNK 65536u

/*
 * The largest window or dictionary, in bytes. zstd --ultra -22, with which kernels are
 * made, needs as much; xz -9 and lzma -9 need less.
 */
#define UNCOMPRESS_WINDOW_LOG 27
#define UNCOMPRESS_WINDOW_MAX (1ull << UNCOMPRESS_WINDOW_LOG)

/*
 * in[in_start, in_end) is read and not yet decoded; the next read is at source_offset.
 * memory_fd has the bytes written so far, which are limited to limit.
 */
struct uncompress_stream {
	int fd;
	uint64_t source_size;
	uint64_t source_offset;
	size_t in_start;
	size_t in_end;
	int memory_fd;
	uint64_t written;
	uint64_t limit;
	const struct progress *progress; /* gets reports; may be NULL */
	uint8_t in[UNCOMPRESS_CHUNK];
	uint8_t out[UNCOMPRESS_CHUNK];
};

/* True if head, the rest of a file, begins with the format's magic number. */
typedef bool uncompress_begins(struct bytes head);

/*
 * Decodes a file: all members (streams, frames) up to data that does not begin with a
 * member's magic number. Like gzip(1), it ignores that data: padding, a signature, or the
 * size that the build of Linux appends. Returns -EBADMSG for broken or cut off data,
 * -EFBIG if the output or the window is too large.
 */
typedef int uncompress_decode(struct uncompress_stream *stream, struct error *err);

uncompress_begins gzip_begins, xz_begins, lzma_begins, zstd_begins;
uncompress_decode gzip_decode_zlib, xz_decode_liblzma, lzma_decode_liblzma,
	zstd_decode_libzstd;

/* Fills the rest of the buffer from the file, up to its end. */
__must_check int uncompress_fill(struct uncompress_stream *stream, struct error *err);

/* Writes the first size bytes of out. */
__must_check int uncompress_flush(struct uncompress_stream *stream, size_t size,
				  struct error *err);

/*
 * Fills the buffer within a member. Returns -EBADMSG with a message at the end of the
 * file, which must be cut off then.
 */
__must_check int uncompress_next(struct uncompress_stream *stream, const char *format,
				 struct error *err);

/* Sets *more to the result of begins for the rest of the file. */
__must_check int uncompress_goes_on(struct uncompress_stream *stream,
				    uncompress_begins *begins, bool *more,
				    struct error *err);

/* Set the messages that all formats share. Return -EBADMSG and -EFBIG. */
__must_check int uncompress_broken(const char *format, const char *reason,
				   struct error *err);
__must_check int uncompress_window_too_large(const char *format, struct error *err);

#endif
