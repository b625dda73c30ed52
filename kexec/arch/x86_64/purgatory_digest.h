/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The digests with which purgatory verifies the image (struct purgatory_region in
 * purgatory/purgatory_params.h).
 */
#ifndef KEXEC_ARCH_X86_64_PURGATORY_DIGEST_H
#define KEXEC_ARCH_X86_64_PURGATORY_DIGEST_H

#include "image/image.h"
#include "purgatory/purgatory_params.h"

/*
 * Fills params->regions, region_count and digest_seed. The regions cover the data of all
 * verified segments, but not the zeros behind the data, up to five times as much: they
 * are working memory that the next kernel clears itself. Large segments have several
 * regions.
 *
 * Reads each byte once, through segment_read. Uses a thread for each CPU that this
 * process may use, fewer for small images. Takes less than 2 MiB of memory, whatever the
 * image's size. Reports to image->progress how much of the image is done. Sets
 * image->digest.bytes and ->per_second.
 * Returns 0, or the error of segment_read for the first bytes that cannot be read.
 */
__must_check int purgatory_digest(struct image *image, struct purgatory_params *params,
				  struct error *err);

#endif
