/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shows an image (--dry-run, --dump-image, -d): what would be loaded, where and why.
 * Changes nothing but the files of --dump-image.
 */
#ifndef KEXEC_PLAN_H
#define KEXEC_PLAN_H

#include <stdio.h>

#include "image/image.h"
#include "machine/machine.h"
#include "util/error.h"
#include "util/terminal.h"

/*
 * Prints the plan as text for people, in lines of up to 100 columns, with a picture of
 * memory that is as wide as the terminal. Fails only without memory, and has then printed
 * nothing.
 */
__must_check int plan_print_text(FILE *stream, const struct terminal *terminal,
				 const struct machine *machine, const struct image *image,
				 struct error *err);

/* Prints only the picture, as SVG. Fails only without memory. */
__must_check int plan_print_svg(FILE *stream, const struct machine *machine,
				const struct image *image, struct error *err);

/* Prints the plan as one JSON object. All addresses are strings ("0x…"). */
__must_check int plan_print_json(FILE *stream, const struct machine *machine,
				 const struct image *image, struct error *err);

/*
 * Writes plan.json and one file for each segment to a directory, which is made if
 * necessary. A segment's file is called NN-NAME.bin, with "-" for blanks in the name, and
 * holds its data without the zeros that follow.
 */
__must_check int plan_dump(const char *directory, const struct machine *machine,
			   const struct image *image, struct error *err);

#endif
