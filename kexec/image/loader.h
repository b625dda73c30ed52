/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a loader is: a function of what it may look at (struct load_request) to an image.
 * It reads no file of this machine and prints nothing. There is one for each image type.
 */
#ifndef KEXEC_LOADER_H
#define KEXEC_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options.h"
#include "files/kernel_file.h"
#include "image/image.h"
#include "machine/machine.h"
#include "util/error.h"

struct crash_facts;
struct modules;

#define RANDOM_SEED_SIZE 32u

/* Everything that a loader may look at. */
struct load_request {
	const struct options *options;
	const struct machine *machine;
	const struct kernel_file *kernel;
	const struct kernel_file *initrd; /* NULL without one */
	const struct kernel_file *dtb;	  /* --dtb, not yet looked at; likewise */
	const struct modules *modules;	  /* --module, for a type that takes them */
	const struct crash_facts *crash;  /* for a crash image only, else NULL */
	const uint8_t *random_seed;	  /* RANDOM_SEED_SIZE bytes for the next kernel */
};

struct image_type {
	const char *name; /* as kexec-tools has it, for --type */
	/* Running kernels can load it by themselves (kexec_file_load). */
	bool by_kernel;
	/* It takes --module; without, they are not even opened. */
	bool takes_modules;
	/*
	 * Tells whether the file is of this type: 0, -ENOEXEC for "something else" (no
	 * message; with one: and nothing that any other type could be), or another error
	 * with a message for "of this type but broken".
	 */
	int (*probe)(const struct kernel_file *kernel, struct error *err);
	/*
	 * Fills an image that was started with the mode of entry below: segments,
	 * registers, boot_params, e820, …
	 */
	int (*load)(const struct load_request *request, struct image *image,
		    struct error *err);
	enum image_entry_mode entry_mode;
	bool takes_entry_mode; /* --entry-32bit and --real-mode replace entry_mode */
};

#endif
