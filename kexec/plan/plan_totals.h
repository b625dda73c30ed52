/* SPDX-License-Identifier: GPL-2.0-only */
/* A load in numbers, and the system calls that it would make, for texts and pictures. */
#ifndef KEXEC_PLAN_TOTALS_H
#define KEXEC_PLAN_TOTALS_H

#include <stdio.h>

#include "image/image.h"
#include "machine/machine.h"

/* Prints a line: the bytes of all segments, of RAM, and where segments may lie. */
void plan_print_totals(FILE *stream, const struct machine *machine,
		       const struct image *image);

/*
 * Prints a line: which call would come first, and which one if it is refused. Prints
 * nothing if no call has been chosen.
 */
void plan_print_calls(FILE *stream, const struct image_calls *calls);

#endif
