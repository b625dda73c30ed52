/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PURGATORY_EXCEPTIONS_H
#define PURGATORY_EXCEPTIONS_H

#include <stdint.h>

#include "console.h"

/*
 * Fills the interrupt descriptor table and loads it. From here on a non-maskable
 * interrupt is ignored, and an exception is reported and resets the machine.
 */
void exceptions_install(void);

/*
 * From here on exceptions are reported on *console, also after the jump. It must stay
 * where it is. Before that they are reported on the devices of the parameters, without
 * the framebuffer.
 */
void exceptions_report_on(struct console *console);

/*
 * Called by entry.S. vector: 0 to 31; error_code: 0 for vectors without one; rip: of the
 * instruction that failed. Prints, waits as the loader asks, resets, never returns.
 */
__attribute__((noreturn)) void exception_report(uint64_t vector, uint64_t error_code,
						uint64_t rip);

#endif
