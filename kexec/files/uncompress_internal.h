/* SPDX-License-Identifier: GPL-2.0-only */
/* What the decoders of uncompress share: where they read from and write to. */
#ifndef KEXEC_UNCOMPRESS_INTERNAL_H
#define KEXEC_UNCOMPRESS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "util/bytes.h"
#include "util/error.h"
#include "util/progress.h"

#define UNCOMPRESS_CHUNK 65536u

/*
 * The largest window or dictionary that is used, in bytes: that of zstd --ultra -22, with
 * which kernels are made. xz -9 and lzma -9 stay below.
 */
#define UNCOMPRESS_WINDOW_LOG 27
#define UNCOMPRESS_WINDOW_MAX (1ull << UNCOMPRESS_WINDOW_LOG)

/*
 * Read: in[in_start, in_end) is read and not yet decoded, source_offset is where reading
 * goes on. Written: bytes in memory_fd so far, at most limit.
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
	const struct progress *progress; /* NULL: nobody is told */
	uint8_t in[UNCOMPRESS_CHUNK];
	uint8_t out[UNCOMPRESS_CHUNK];
};

/* True if a file, or what is left of one, begins as the format does. */
typedef bool uncompress_begins(struct bytes head);

/*
 * Decodes a whole file. A member (stream, frame) may be followed by others. What follows
 * the last one and does not begin with a member's magic is left, as gzip(1) does:
 * padding, a signature, the size that the kernel's build puts behind compressed kernels.
 * -EBADMSG: broken or cut off; -EFBIG: too much comes out, or its window is too large.
 */
typedef int uncompress_decode(struct uncompress_stream *stream, struct error *err);

uncompress_begins gzip_begins, xz_begins, lzma_begins, zstd_begins;
uncompress_decode gzip_decode_zlib, xz_decode_liblzma, lzma_decode_liblzma,
	zstd_decode_libzstd;

/* Reads on behind what is in the buffer, until it is full or the file is at its end. */
int uncompress_fill(struct uncompress_stream *stream, struct error *err);

/* Writes the first size bytes of out. */
int uncompress_flush(struct uncompress_stream *stream, size_t size, struct error *err);

/*
 * For a decoder that has used up the buffer within a member: fills it.
 * -EBADMSG with the message for a file that is cut off, if nothing is left.
 */
int uncompress_next(struct uncompress_stream *stream, const char *format,
		    struct error *err);

/* *more: whether what is left begins as begins says. */
int uncompress_goes_on(struct uncompress_stream *stream, uncompress_begins *begins,
		       bool *more, struct error *err);

/* The messages that all formats have in common. They return -EBADMSG and -EFBIG. */
int uncompress_broken(const char *format, const char *reason, struct error *err);
int uncompress_window_too_large(const char *format, struct error *err);

#endif
