/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PURGATORY_RESET_H
#define PURGATORY_RESET_H

/*
 * Resets the machine: keyboard controller, then reset control register, then a triple
 * fault, with a pause before each next attempt. Never returns.
 */
__attribute__((noreturn)) void reset_machine(void);

/* Does the triple fault only, for machines where I/O itself raises exceptions. */
__attribute__((noreturn)) void reset_by_triple_fault(void);

#endif
