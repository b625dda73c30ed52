/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMCOREINFO: what a kernel tells of its layout to those who read its memory
 * (Documentation/admin-guide/kdump/vmcoreinfo.rst). Lines KIND(name)=value: SYMBOL is an
 * address in hexadecimal, OFFSET and SIZE are bytes in decimal.
 */
#ifndef VMCORE_DMESG_VMCOREINFO_H
#define VMCORE_DMESG_VMCOREINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/* No structure that belongs to the log comes near this size, in bytes. */
#define VMCOREINFO_SIZE_MAX 4096u

/* A key, such as "OFFSET(prb_desc.state_var)", and where its value goes. */
struct vmcoreinfo_field {
	const char *key;
	uint64_t *value;
};

/* True if there is a line for that key. */
bool vmcoreinfo_has(const char *text, const char *key);

/*
 * Looks up all keys; only SYMBOL may be over VMCOREINFO_SIZE_MAX. -ENOENT and -EINVAL
 * name the key; then some values may be set already.
 */
int vmcoreinfo_get(const char *text, const struct vmcoreinfo_field *fields, size_t count,
		   struct error *err);

#endif
