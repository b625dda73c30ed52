/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an errno of the kexec system calls means here, and what to do about it. Each
 * message begins with the system call and the C library's text for the errno, which
 * callers search for.
 */
#ifndef KEXEC_SYSCALL_ERRORS_H
#define KEXEC_SYSCALL_ERRORS_H

#include <stdbool.h>

#include "image/image.h"
#include "util/error.h"
#include "util/io.h"

/* True unless this process certainly lacks the capability that loading needs. */
bool may_have_cap_sys_boot(void);

/*
 * All three: number is the positive errno, root the live machine, which is asked for the
 * cause of a refusal. They return -number.
 */

/* kexec_load refused to load this image. */
int explain_kexec_load(const struct image *image, const struct root *root, int number,
		       struct error *err);

/* kexec_load refused to unload. */
int explain_kexec_unload(const struct root *root, int number, struct error *err);

/* kexec_file_load refused to load kernel (its path), or to unload (kernel is NULL). */
int explain_kexec_file_load(const char *kernel, const struct root *root, int number,
			    struct error *err);

#endif
