/* SPDX-License-Identifier: GPL-2.0-only */
/* A load, from facts and files to an image with purgatory in front. Changes nothing. */
#ifndef KEXEC_LOAD_H
#define KEXEC_LOAD_H

#include <stdbool.h>

#include "cli/options.h"
#include "crash/crash_facts.h"
#include "files/boot_files.h"
#include "files/kernel_file.h"
#include "files/modules.h"
#include "image/image.h"
#include "machine/machine.h"
#include "util/error.h"
#include "util/io.h"

/* What a load is made of. { 0 } is none. Segments point into the files. */
struct load {
	struct machine machine;
	struct crash_facts crash; /* with -p only */
	struct boot_files files;
	struct kernel_file dtb;
	struct modules modules; /* for a type that takes them */
	struct image image;
	bool facts_missing; /* what must be known of the machine cannot be read */
};

/*
 * Reads the machine and the files and builds the image. *load must be { 0 } but for
 * files.progress; load_clear frees it, also after an error, when the notes and warnings
 * gathered so far are there.
 */
int load_prepare(const struct options *options, const struct root *root,
		 struct load *load, struct error *err);

/* Frees what it owns; it is { 0 } then. */
void load_clear(struct load *load);

#define _cleanup_load_ _cleanup_(load_clear)

/* -ESTALE with a message if a file is not any more what load_prepare has read. */
int load_check_files(const struct load *load, struct error *err);

#endif
