/* SPDX-License-Identifier: GPL-2.0-only */
/* What purgatory will see to being mapped, as far as it is known before it runs. */
#ifndef KEXEC_PLAN_IDENTITY_MAP_H
#define KEXEC_PLAN_IDENTITY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/image.h"
#include "machine/machine.h"

#define PLAN_MAPPINGS_MAX 3u

/* One thing that is mapped: [start, end) are whole pages, end 0 while it is unknown. */
struct plan_mapping {
	const char *what;
	uint64_t address; /* physical, of the first byte */
	uint64_t size;	  /* bytes; 0 if purgatory has to find out */
	uint64_t start;
	uint64_t end;
	const char *remark; /* NULL if there is nothing to add */
};

/*
 * Sets mappings (of PLAN_MAPPINGS_MAX) and returns their number, 0 if nothing is added to
 * the identity map.
 */
size_t plan_mappings(const struct machine *machine, const struct image *image,
		     struct plan_mapping *mappings);

/* Why something, or nothing, is mapped: a sentence. */
const char *plan_mapping_reason(const struct machine *machine, const struct image *image);

/* "none", "off", "own", "in-place" or "copy". */
const char *plan_mapping_mode(const struct image *image);

#endif
