/* SPDX-License-Identifier: GPL-2.0-only */
/* Fills a picture of memory with a machine and the image that is to be loaded there. */
#ifndef KEXEC_PLAN_PICTURE_H
#define KEXEC_PLAN_PICTURE_H

#include "image/image.h"
#include "machine/machine.h"
#include "picture/picture.h"

/*
 * Makes rows for each type of memory, the crash kernel's region, each segment, each EFI
 * table and each range that purgatory maps, all by address. *picture must be { 0 }; it
 * belongs to the caller, also after an error. Returns 0 or -ENOMEM.
 */
__must_check int plan_make_picture(const struct machine *machine,
				   const struct image *image, struct picture *picture);

#endif
