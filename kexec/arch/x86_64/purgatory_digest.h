/* SPDX-License-Identifier: GPL-2.0-only */
/* The digests that purgatory compares with (purgatory/purgatory_params.h, purgatory_region). */
#ifndef KEXEC_ARCH_X86_64_PURGATORY_DIGEST_H
#define KEXEC_ARCH_X86_64_PURGATORY_DIGEST_H

#include "image/image.h"
#include "purgatory/sha256.h"

/* How the CPU that kexec runs on, which need not be that of the machine, does it best. */
struct sha256_method purgatory_digest_method(void);

/*
 * False on a CPU that QEMU's translator plays: it takes so long for an SSE instruction that
 * four lanes of them are slower than plain code. Asked of the CPU that kexec runs on, since
 * no file says so; it is about speed alone.
 */
bool purgatory_digest_sse_pays(void);

/*
 * The digest of the segment's data, without the zeros behind it: read once, through
 * segment_read, by as many threads as there are CPUs for us (and data that is worth it).
 * What it takes of memory does not depend on the segment's size, and is below 3 MiB.
 * progress, which may be NULL, is told how much of it is done.
 * Errors: those of segment_read, for the first bytes that cannot be read.
 */
int purgatory_digest(const struct segment *segment, const struct sha256_method *method,
		     const struct progress *progress, uint8_t digest[SHA256_BYTES],
		     struct error *err);

#endif
