/* SPDX-License-Identifier: GPL-2.0-only */
/* The kinds of kernel files, one row each: what it is, how to tell, how to load. */
#ifndef KEXEC_IMAGE_TYPE_H
#define KEXEC_IMAGE_TYPE_H

#include <stdbool.h>

#include "image.h"
#include "kernel_file.h"
#include "machine.h"
#include "machine_crash.h"
#include "options.h"

#define RANDOM_SEED_SIZE 32u

/* Everything that a loader may look at. */
struct load_request {
	const struct options *options;
	const struct machine *machine;
	const struct kernel_file *kernel;
	const struct kernel_file *initrd; /* NULL without one */
	const struct crash_facts *crash;  /* for a crash image only, else NULL */
	const uint8_t *random_seed;	  /* RANDOM_SEED_SIZE bytes for the next kernel */
};

struct image_type {
	const char *name;
	/*
	 * Tells whether the file is of this type: 0, -ENOEXEC for "something else" (no
	 * message), or another error with a message for "of this type but broken".
	 */
	int (*probe)(const struct kernel_file *kernel, struct error *err);
	/* Fills an initialised image: segments, kernel_entry, boot_params, e820, … */
	int (*load)(const struct load_request *request, struct image *image,
		    struct error *err);
};

/*
 * The type of a file. -ENOEXEC names what the file seems to be instead, if that can be
 * told. *type points into a constant table.
 */
int image_type_find(const struct kernel_file *kernel, const struct image_type **type,
		    struct error *err);

#endif
