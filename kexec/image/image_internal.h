/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files image*.c only. */
#ifndef KEXEC_IMAGE_INTERNAL_H
#define KEXEC_IMAGE_INTERNAL_H

#include "image/image.h"
#include "util/sizes.h"

/*
 * Segments lie above this, except those for real mode: below are interrupt vectors, BIOS
 * data and the code that starts further CPUs, and every kernel reserves that memory.
 */
#define PLACE_LOWEST MIB

/*
 * Returns -ENOSPC with a message that a segment finds no place above PLACE_LOWEST: what
 * is missing, the limit that is the cause, and what to do. -ENOMEM.
 */
__must_check int image_no_place(const struct image *image, const char *name,
				const struct memory_hole_request *hole,
				struct error *err);

/* The same below PLACE_LOWEST. */
__must_check int image_no_low_place(const char *name,
				    const struct memory_hole_request *hole,
				    struct error *err);

#endif
