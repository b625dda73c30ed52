/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of a kernel file that belong at fixed physical addresses, which need not be
 * multiples of a page.
 */
#ifndef KEXEC_ARCH_X86_64_FIXED_RANGES_H
#define KEXEC_ARCH_X86_64_FIXED_RANGES_H

#include <stddef.h>
#include <stdint.h>

#include "image/loader.h"
#include "util/error.h"

/* [start, end) holds file_size bytes of the file, then zeros. start < end. */
struct fixed_range {
	uint64_t start; /* physical */
	uint64_t end;
	uint64_t file_offset;
	uint64_t file_size; /* at most end - start, all of it in the file */
	const char *what;   /* in messages, before the number: "program header"; static */
	unsigned number;
};

/* The lowest start and the highest end of count ranges, at least one. */
void fixed_ranges_extent(const struct fixed_range *ranges, size_t count, uint64_t *start,
			 uint64_t *end);

/*
 * Sorts the ranges and places each as a segment "kernel". kexec_load takes whole pages,
 * so a page that starts before its range is assembled in memory; all other data
 * stays in the file. No range may end above max; 0 means no limit.
 * -EBADMSG if two ranges overlap, -ENOTSUP if one ends above max, -ENOSPC if a place is
 * not free; the message says what is there.
 */
__must_check int fixed_ranges_place(const struct load_request *request,
				    struct fixed_range *ranges, size_t count,
				    uint64_t max, struct image *image, struct error *err);

#endif
