/* SPDX-License-Identifier: GPL-2.0-only */
/* Shows a load instead of making it: --dry-run, --dump-image, and the plan of -d. */
#ifndef KEXEC_LOAD_SHOW_H
#define KEXEC_LOAD_SHOW_H

#include <stdio.h>

#include "image/image.h"
#include "load/load_inputs.h"

/* Prints the plan as text, as it may look on the stream. Fails only without memory. */
__must_check int load_print_plan(FILE *stream, const struct load_inputs *inputs,
				 const struct image *image, struct error *err);

/* Writes to standard output and to files what the options ask for. */
__must_check int load_show(const struct load_inputs *inputs, const struct image *image,
			   struct error *err);

#endif
