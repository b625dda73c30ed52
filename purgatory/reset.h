/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PURGATORY_RESET_H
#define PURGATORY_RESET_H

/*
 * Resets the machine: keyboard controller, then reset control register, then a triple
 * fault, each after the one before has had time to work. Never returns.
 */
__attribute__((noreturn)) void reset_machine(void);

/* The triple fault alone, for machines where I/O itself raises exceptions. */
__attribute__((noreturn)) void reset_by_triple_fault(void);

#endif
