/* SPDX-License-Identifier: GPL-2.0-only */
/* Undoing the containers that kernels come in. One table row per format. */
#ifndef KEXEC_UNCOMPRESS_H
#define KEXEC_UNCOMPRESS_H

#include <stdint.h>

#include "util/error.h"

/*
 * If the file begins with the magic of a known container, uncompresses it into an
 * anonymous file in memory: *memory_fd (the caller closes it), *size bytes, *format its
 * static name. Otherwise succeeds and leaves all three alone.
 * source_size: bytes of the container. limit: most bytes that may come out; -EFBIG beyond.
 * -EBADMSG: broken or cut off.
 */
int uncompress_file(int fd, uint64_t source_size, uint64_t limit, int *memory_fd,
		    uint64_t *size, const char **format, struct error *err);

#endif
