/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A loader turns facts and files (struct load_request) into an image. It reads no other
 * file of this machine and prints nothing. Each image type has one.
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

/* The data that a loader may read. */
struct load_request {
	const struct options *options;
	const struct machine *machine;
	const struct kernel_file *kernel;
	const struct kernel_file *initrd; /* NULL without one */
	const struct kernel_file *dtb;	  /* --dtb, unchecked; NULL without one */
	const char *command_line;      /* a UKI's, used instead of --append; else NULL */
	const struct modules *modules; /* --module; for types that take modules */
	const struct crash_facts *crash; /* NULL unless a crash kernel is loaded */
	const uint8_t *random_seed;	 /* RANDOM_SEED_SIZE bytes for the next kernel */
	/* For a random place of the kernel; NULL: it gets the lowest one. */
	const uint64_t *placement_seed;
};

struct image_type {
	const char *name;   /* for --type; the same as in kexec-tools */
	bool by_kernel;	    /* kexec_file_load also takes files of this type */
	bool takes_modules; /* --module is for this type; else modules are not opened */
	/*
	 * Returns 0 if the file is of this type, -ENOEXEC without a message if it is not,
	 * or another error with a message if it is of this type, but broken.
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
