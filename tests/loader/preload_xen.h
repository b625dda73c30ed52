/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by preload_xen.c and preload_xen_load.c. */
#ifndef KEXEC_TEST_PRELOAD_XEN_H
#define KEXEC_TEST_PRELOAD_XEN_H

#include <stdint.h>

#include "preload.h"

/* A line of KEXEC_TEST_XEN: [start, end), physical. */
struct xen_line {
	uint64_t start, end;
	char name[80];
};

/* Returns 0, or -1 with errno if the test wants this call to fail. */
int preload_xen_answer(const char *call);

/* Sets errno and returns -1. */
int preload_xen_fail(int number);

/* Finds the line with that name and number, from 0. Returns how many there are. */
int preload_xen_find(const char *name, int number, struct xen_line *found);

#endif
