/* SPDX-License-Identifier: GPL-2.0-only */
/* Undoing the containers that kernels come in: gzip, xz, lzma, zstd; a table row each. */
#ifndef KEXEC_UNCOMPRESS_H
#define KEXEC_UNCOMPRESS_H

#include <stdint.h>

#include "util/error.h"
#include "util/progress.h"

/*
 * If the file begins as a known container, uncompresses it into an anonymous file in
 * memory: *memory_fd (the caller closes it), *size bytes, *format its static name.
 * Otherwise succeeds and leaves all three alone; so it does with a bzImage.
 * source_size: bytes of the container. limit: most bytes that may come out; -EFBIG
 * beyond, and for a window or dictionary over 128 MiB. -EBADMSG: broken or cut off.
 * -ENOTSUP: this build lacks the library for it. -ENODATA: nothing comes out.
 * progress, which may be NULL, is told how much of the container is read.
 */
int uncompress_file(int fd, uint64_t source_size, uint64_t limit,
		    const struct progress *progress, int *memory_fd, uint64_t *size,
		    const char **format, struct error *err);

#endif
