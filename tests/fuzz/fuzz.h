/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the fuzzers whose input is a file. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "files/kernel_file.h"
#include "image/image.h"
#include "machine/machine.h"
#include "util/bytes.h"
#include "util/sizes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool condition)
{
	if (!condition)
		abort();
}

/*
 * Returns a file in memory with these bytes. It is the same one for each input and stays
 * open.
 */
static inline int fuzz_file(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	must(fd >= 0 && !ftruncate(fd, 0));
	must(pwrite(fd, data, size, 0) == (ssize_t)size);
	return fd;
}

/* Opens these bytes as a kernel file. Returns the value of kernel_file_open. */
static inline int fuzz_open(const uint8_t *data, size_t size, enum kernel_file_mode mode,
			    struct kernel_file *kernel)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fuzz_file(data, size));
	return kernel_file_open(path, "kernel", mode, kernel, NULL);
}

/* Checks that hold for the segments of every image. */
static inline void check_segments(const struct memory_map *memory,
				  const struct image *image)
{
	size_t i, j;

	must(image->segment_count <= IMAGE_SEGMENTS_MAX);
	for (i = 0; i < image->segment_count; i++) {
		const struct segment *segment = &image->segments[i];

		must(segment->start % PAGE_BYTES == 0 && segment->end % PAGE_BYTES == 0);
		must(segment->start < segment->end);
		must(segment->data_size <= segment->end - segment->start);
		must(memory_map_is_type(memory, segment->start, segment->end,
					MEMORY_RAM));
		if (segment->file)
			must(segment->file_offset + segment->data_size <=
			     segment->file->size);
		for (j = 0; j < i; j++)
			must(segment->end <= image->segments[j].start ||
			     segment->start >= image->segments[j].end);
	}
}

#endif
