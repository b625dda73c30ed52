/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The image shown to people and programs: --dry-run, --dump-image and -d. It says what
 * would be loaded where and why, and changes nothing.
 */
#ifndef KEXEC_PLAN_H
#define KEXEC_PLAN_H

#include <stdio.h>

#include "image/image.h"
#include "machine/machine.h"
#include "util/error.h"

/* Prints the plan as text for people. */
void plan_print_text(FILE *stream, const struct machine *machine,
		     const struct image *image);

/* Prints the plan as one JSON object. All addresses are strings ("0x…"). */
int plan_print_json(FILE *stream, const struct machine *machine,
		    const struct image *image, struct error *err);

/*
 * Writes plan.json and one file per segment into a directory, which is made if it is not
 * there. They are called NN-NAME.bin, with "-" for a blank in the name, and hold the data
 * without the zeros behind it.
 */
int plan_dump(const char *directory, const struct machine *machine,
	      const struct image *image, struct error *err);

#endif
