/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds out which type of image a kernel file is. */
#ifndef KEXEC_IMAGE_TYPE_H
#define KEXEC_IMAGE_TYPE_H

#include <stddef.h>

#include "cli/options.h"
#include "files/kernel_file.h"
#include "image/loader.h"
#include "util/error.h"

/*
 * Finds the type of a file: the first one whose probe accepts it. wanted (--type) allows
 * only the type of that name; NULL allows all. Sets *type to an entry of a constant
 * table. Returns 0; -ENOEXEC if the file is of no type or not of the wanted one, or if
 * wanted is unknown; or an error of reading the file.
 */
__must_check int image_type_find(const struct kernel_file *kernel, const char *wanted,
				 const struct image_type **type, struct error *err);

/* The mode in which a kernel of this type is entered with these options. */
enum image_entry_mode image_type_entry_mode(const struct image_type *type,
					    const struct options *options);

/*
 * The name of a type, as --type takes it, in the order of probing; NULL after the last.
 */
const char *image_type_name(size_t index);

#endif
