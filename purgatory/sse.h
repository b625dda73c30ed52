/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SSE instructions between sse_begin() and sse_end(). The running kernel leaves CR4 with
 * OSFXSR clear, and then the CPU refuses them (Intel SDM vol. 3, 13.1.3). Whoever comes
 * next finds control registers and XMM registers as they were. MXCSR is not among them:
 * only instructions on floating-point numbers read or write it, and there are none.
 */
#ifndef PURGATORY_SSE_H
#define PURGATORY_SSE_H

#include "cpu.h"

struct sse_saved {
	uint64_t cr0;
	uint64_t cr4;
	uint8_t xmm[16][16];
};

/*
 * All XMM registers, by op(number). Not FXSAVE, which may leave them out (AMD APM
 * vol. 2, 3.1.7, EFER.FFXSR), and which takes the x87's along.
 */
#define SSE_FOR_EACH(op)                                                                 \
	op(0) op(1) op(2) op(3) op(4) op(5) op(6) op(7) op(8) op(9) op(10) op(11) op(12) \
		op(13) op(14) op(15)
#define SSE_STORE(n) "movups %%xmm" #n ", 16*" #n "(%0)\n\t"
#define SSE_LOAD(n)  "movups 16*" #n "(%0), %%xmm" #n "\n\t"

/* Lets the CPU take SSE instructions; *saved is what sse_end needs. */
static inline void sse_begin(struct sse_saved *saved)
{
	saved->cr0 = read_cr0();
	saved->cr4 = read_cr4();
	write_cr0((saved->cr0 | CR0_MP) & ~(CR0_EM | CR0_TS));
	write_cr4(saved->cr4 | CR4_OSFXSR | CR4_OSXMMEXCPT);
	__asm__ volatile(SSE_FOR_EACH(SSE_STORE) : : "r"(saved->xmm) : "memory");
}

/* Puts the registers back exactly as they were. */
static inline void sse_end(const struct sse_saved *saved)
{
	__asm__ volatile(SSE_FOR_EACH(SSE_LOAD) : : "r"(saved->xmm) : "memory");
	write_cr4(saved->cr4);
	write_cr0(saved->cr0);
}

#endif
