/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells which pages purgatory will map, as far as kexec knows them before it runs. */
#ifndef KEXEC_PLAN_IDENTITY_MAP_H
#define KEXEC_PLAN_IDENTITY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/image.h"
#include "machine/machine.h"

#define PLAN_MAPPINGS_MAX 4u

/* An object that is mapped, and its pages [start, end); end is 0 if it is unknown. */
struct plan_mapping {
	const char *what;
	uint64_t address; /* physical */
	uint64_t size;	  /* bytes; 0 if only purgatory can tell */
	uint64_t start;
	uint64_t end;
	const char *remark; /* or NULL */
};

/*
 * Sets mappings[PLAN_MAPPINGS_MAX] and returns how many are set. 0 means that purgatory
 * adds nothing to the identity map.
 */
size_t plan_mappings(const struct machine *machine, const struct image *image,
		     struct plan_mapping *mappings);

/* Returns why something or nothing is mapped, as a sentence without a full stop. */
const char *plan_mapping_reason(const struct machine *machine, const struct image *image);

/* Returns "none", "off", "own", "in-place" or "copy". */
const char *plan_mapping_mode(const struct image *image);

#endif
