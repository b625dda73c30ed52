/* SPDX-License-Identifier: GPL-2.0-only */
/* A load by kexec_load: from its inputs to an image with purgatory attached. */
#ifndef KEXEC_LOAD_H
#define KEXEC_LOAD_H

#include "files/kernel_file.h"
#include "files/modules.h"
#include "image/image.h"
#include "load/load_inputs.h"
#include "util/error.h"

/* A load and its files. The image's segments point into these files and the inputs'. */
struct load {
	struct kernel_file dtb;
	struct modules modules; /* for multiboot kernels */
	struct image image;
};

/*
 * Opens the remaining files and builds the image; the running system is not changed.
 * *load must be { 0 }; load_clear frees it, also after an error. The image has notes and
 * warnings even then. If *inputs lacks the machine or the crash facts, returns the error
 * of reading them.
 */
__must_check int load_prepare(const struct load_inputs *inputs, struct load *load,
			      struct error *err);

/* Frees what *load owns and sets it to { 0 }. */
void load_clear(struct load *load);

#define _cleanup_load_ _cleanup_(load_clear)

/* Returns -ESTALE with a message if a file has changed since it was opened, else 0. */
__must_check int load_check_files(const struct load_inputs *inputs,
				  const struct load *load, struct error *err);

#endif
