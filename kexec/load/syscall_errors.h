/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The errnos of the kexec system calls: their cause, and what to do about it. Each
 * message begins with the C library's text for the errno, which scripts search for. The
 * caller puts the name of the system call in front.
 */
#ifndef KEXEC_SYSCALL_ERRORS_H
#define KEXEC_SYSCALL_ERRORS_H

#include <stdbool.h>

#include "image/image.h"
#include "load/load_permission.h"
#include "util/error.h"

/* Why a system call refuses, apart from the image or file. */
enum refusal_cause {
	REFUSAL_OTHER, /* because of the image or file, or unknown */
	REFUSAL_CAPABILITY,
	REFUSAL_DISABLED,  /* kernel.kexec_load_disabled */
	REFUSAL_LOCKDOWN,  /* forbids kexec_load, and unsigned files */
	REFUSAL_APPRAISAL, /* IMA requires a signature, or a file it can check */
	REFUSAL_POLICY,	   /* a container, a security module or a system call filter */
	REFUSAL_BUSY,	   /* another load or start is going on */
	REFUSAL_NOT_BUILT, /* the kernel lacks the call */
	REFUSAL_MACHINE,   /* the kernel does not support kexec on this machine */
};

/* Returns the cause of a (positive) errno of either call. */
enum refusal_cause refusal_find_cause(const struct load_permission *permission,
				      int number);

/* The functions below set the message for a (positive) errno and return -number. */

/* kexec_load refused to load this image. */
int explain_kexec_load(const struct image *image,
		       const struct load_permission *permission, int number,
		       struct error *err);

/* kexec_load refused to unload. */
int explain_kexec_unload(const struct load_permission *permission, int number,
			 struct error *err);

/* kexec_file_load refused to load. */
int explain_kexec_file_load(const struct load_permission *permission, int number,
			    struct error *err);

/* kexec_file_load refused to unload. */
int explain_kexec_file_unload(const struct load_permission *permission, int number,
			      struct error *err);

#endif
