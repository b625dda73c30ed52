/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of a kernel file that belong at fixed physical addresses, at any byte. */
#ifndef KEXEC_ARCH_X86_64_FIXED_RANGES_H
#define KEXEC_ARCH_X86_64_FIXED_RANGES_H

#include <stddef.h>
#include <stdint.h>

#include "image/loader.h"
#include "util/error.h"

/* [start, end) takes file_size bytes of the file, then zeros. start < end. */
struct fixed_range {
	uint64_t start; /* physical */
	uint64_t end;
	uint64_t file_offset;
	uint64_t file_size; /* at most end - start, all of it in the file */
	const char *what;   /* for messages: "program header"; static */
	unsigned number;    /* "… 2" */
};

/* The lowest start and the highest end of count ranges, at least one. */
void fixed_ranges_extent(const struct fixed_range *ranges, size_t count, uint64_t *start,
			 uint64_t *end);

/*
 * Makes segments "kernel" of them, each at its place; the ranges are sorted. kexec_load
 * takes whole pages: a page in which a range begins within is put together in memory, all
 * other data stay in the file.
 * max: no range may end above; 0 is no limit.
 * -EBADMSG: two overlap; -ENOSPC: a place is not free, and what lies there.
 */
int fixed_ranges_place(const struct load_request *request, struct fixed_range *ranges,
		       size_t count, uint64_t max, struct image *image,
		       struct error *err);

#endif
