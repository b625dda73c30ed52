/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the image still what the loader put there? */
#ifndef PURGATORY_VERIFY_H
#define PURGATORY_VERIFY_H

#include <stdint.h>

#include "physical_memory.h"
#include "purgatory_params.h"
#include "sha256.h"

/* All regions are unchanged. */
#define VERIFY_OK (-1)

/*
 * Compares the digests of regions[0] to regions[count - 1] in that order. method: how
 * to compute SHA-256.
 * Returns VERIFY_OK or the index of the first region that is changed, reversed (its end
 * below its start) or outside memory.
 */
int verify_regions(const struct physical_memory *memory,
		   const struct purgatory_region *regions, uint32_t count,
		   const struct sha256_method *method);

#endif
