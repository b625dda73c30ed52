/* SPDX-License-Identifier: GPL-2.0-only */
/* The digests that purgatory compares with (purgatory/purgatory_params.h, purgatory_region). */
#ifndef KEXEC_ARCH_X86_64_PURGATORY_DIGEST_H
#define KEXEC_ARCH_X86_64_PURGATORY_DIGEST_H

#include "image/image.h"
#include "purgatory/purgatory_params.h"

/*
 * Fills params->regions, region_count and digest_seed: the data of all verified segments.
 * The zeros behind it, up to five times as much, are working memory that the next kernel
 * clears itself. Large segments are divided into several regions.
 *
 * Reads each byte once, through segment_read, by as many threads as there are CPUs for us
 * and data that is worth it. The memory that it takes does not depend on the image and is
 * below 2 MiB. image->progress is told how much of the image is done.
 * Returns 0, or the error of segment_read for the first bytes that cannot be read.
 */
int purgatory_digest(const struct image *image, struct purgatory_params *params,
		     struct error *err);

#endif
