/* SPDX-License-Identifier: GPL-2.0-only */
/* Uncompresses kernels: gzip, xz, lzma and zstd, a table row for each format. */
#ifndef KEXEC_UNCOMPRESS_H
#define KEXEC_UNCOMPRESS_H

#include <stdint.h>

#include "util/error.h"
#include "util/progress.h"

/*
 * Uncompresses a file of source_size bytes, if it is in a known format, to an anonymous
 * file: *memory_fd, which the caller closes, of *size bytes. *format is the format's
 * static name. Succeeds and leaves all three alone for any other file, such as a bzImage.
 * Returns -EFBIG if the output is longer than limit bytes, or a window or dictionary is
 * over 128 MiB; -EBADMSG if the data is broken or cut off; -ENOTSUP if this build lacks
 * the library; -ENODATA if the data decompresses to nothing. progress gets reports; it
 * may be NULL.
 */
__must_check int uncompress_file(int fd, uint64_t source_size, uint64_t limit,
				 const struct progress *progress, int *memory_fd,
				 uint64_t *size, const char **format, struct error *err);

#endif
