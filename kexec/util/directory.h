/* SPDX-License-Identifier: GPL-2.0-only */
/* The names in a directory below the root. */
#ifndef KEXEC_UTIL_DIRECTORY_H
#define KEXEC_UTIL_DIRECTORY_H

#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

#define DIRECTORY_NAMES_MAX 65536u

/*
 * Lists the directory path (relative, no leading slash) without names that begin with a
 * dot, in the order of strcmp. *names must be empty.
 * Returns 0 or -errno; -EFBIG beyond DIRECTORY_NAMES_MAX names.
 */
__must_check int root_list(const struct root *root, const char *path,
			   struct string_list *names, struct error *err);

#endif
