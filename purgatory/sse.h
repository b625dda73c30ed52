/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SSE instructions between sse_begin() and sse_end(). The running kernel leaves CR4 with
 * OSFXSR clear, and then the CPU refuses them (Intel SDM vol. 3, 13.1.3). What the
 * registers hold belongs to nobody, so nothing is saved but the control registers.
 */
#ifndef PURGATORY_SSE_H
#define PURGATORY_SSE_H

#include "cpu.h"

struct sse_saved {
	uint64_t cr0;
	uint64_t cr4;
};

/* Lets the CPU take SSE instructions; gives CR0 and CR4 as they were. */
static inline struct sse_saved sse_begin(void)
{
	struct sse_saved saved = { .cr0 = read_cr0(), .cr4 = read_cr4() };

	write_cr0((saved.cr0 | CR0_MP) & ~(CR0_EM | CR0_TS));
	write_cr4(saved.cr4 | CR4_OSFXSR | CR4_OSXMMEXCPT);
	return saved;
}

/* Puts CR0 and CR4 back exactly as they were. */
static inline void sse_end(struct sse_saved saved)
{
	write_cr4(saved.cr4);
	write_cr0(saved.cr0);
}

#endif
