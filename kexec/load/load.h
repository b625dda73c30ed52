/* SPDX-License-Identifier: GPL-2.0-only */
/* A load by kexec_load: from its inputs to an image with purgatory attached. */
#ifndef KEXEC_LOAD_H
#define KEXEC_LOAD_H

#include "files/kernel_file.h"
#include "files/modules.h"
#include "image/image.h"
#include "load/load_inputs.h"
#include "util/error.h"

/* Segments point into these files and into those of the inputs. */
struct load {
	struct kernel_file dtb;
	struct modules modules; /* for a type that takes them */
	struct image image;
};

/*
 * Opens the remaining files and builds the image; changes nothing. *load must be { 0 };
 * load_clear frees it, also after an error, when the notes and warnings gathered so far are
 * there. Without a machine or crash facts in *inputs, the error of reading those.
 */
int load_prepare(const struct load_inputs *inputs, struct load *load, struct error *err);

/* Frees what it owns; it is { 0 } then. */
void load_clear(struct load *load);

#define _cleanup_load_ _cleanup_(load_clear)

/* -ESTALE with a message if a file has changed since it was opened. */
int load_check_files(const struct load_inputs *inputs, const struct load *load,
		     struct error *err);

#endif
