/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of a plan about EFI: tables, and where they lie. */
#ifndef KEXEC_PLAN_TEXT_EFI_H
#define KEXEC_PLAN_TEXT_EFI_H

#include <stdio.h>

#include "image/image.h"
#include "machine/machine.h"

/*
 * Prints the firmware's tables, and those that setup_data names. Lines may be long and
 * have a WRAP_MARK.
 */
void plan_print_efi(FILE *stream, const struct machine *machine,
		    const struct image *image);

#endif
