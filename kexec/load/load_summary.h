/* SPDX-License-Identifier: GPL-2.0-only */
/* A load in one line: which call, why, what will happen, how long verifying takes. */
#ifndef KEXEC_LOAD_SUMMARY_H
#define KEXEC_LOAD_SUMMARY_H

#include "image/image.h"
#include "load/load_inputs.h"
#include "load/load_method.h"

/*
 * Returns the line, to be freed; NULL without memory. order: as chosen for this load.
 * method: the call that loads; it may be another one than order->first. image: for
 * kexec_load; NULL for kexec_file_load, where the running kernel makes the image.
 */
char *load_summary(const struct load_inputs *inputs, const struct load_order *order,
		   enum load_method method, const struct image *image);

#endif
