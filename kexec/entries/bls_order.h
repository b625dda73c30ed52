/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order of entries in the menu (UAPI Boot Loader Specification, "Sorting") and of
 * versions (UAPI Version Format Specification).
 */
#ifndef KEXEC_BLS_ORDER_H
#define KEXEC_BLS_ORDER_H

#include "entries/boot_entry.h"

/* Below 0 if a is older than b, 0 if both are the same, above 0 if a is newer. */
int version_compare(const char *a, const char *b);

/* Sorts the entries of the specification, the first of the menu first. */
void bls_sort(struct boot_entries *entries);

#endif
