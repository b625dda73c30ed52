/* SPDX-License-Identifier: GPL-2.0-only */
/* Compares the image with the digests that the loader took of it. */
#ifndef PURGATORY_VERIFY_H
#define PURGATORY_VERIFY_H

#include <stdint.h>

#include "physical_memory.h"
#include "purgatory_params.h"

/* All regions are unchanged. */
#define VERIFY_OK (-1)

/*
 * Compares the digests of regions[0] to regions[count - 1] in that order. seed: that of
 * the load, purgatory_params.digest_seed.
 * Returns VERIFY_OK or the index of the first region that is changed, reversed (its end
 * below its start) or outside memory.
 */
int verify_regions(const struct physical_memory *memory,
		   const struct purgatory_region *regions, uint32_t count, uint64_t seed);

#endif
