/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMCOREINFO, a note in which a kernel describes its data structures for programs that
 * read its memory (Documentation/admin-guide/kdump/vmcoreinfo.rst). Its lines have the
 * form KIND(name)=value: SYMBOL is an address in hexadecimal, OFFSET and SIZE are bytes
 * in decimal.
 */
#ifndef VMCORE_DMESG_VMCOREINFO_H
#define VMCORE_DMESG_VMCOREINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/* An upper limit for OFFSET and SIZE, in bytes: all structures of the log are smaller. */
#define VMCOREINFO_SIZE_MAX 4096u

/* A key, such as "OFFSET(prb_desc.state_var)", and where to store its value. */
struct vmcoreinfo_field {
	const char *key;
	uint64_t *value;
};

/* Returns true if text has a line for key. */
bool vmcoreinfo_has(const char *text, const char *key);

/*
 * Looks up the keys of all fields. Returns 0, -ENOENT if a key is missing, or -EINVAL if
 * a value is not a number or an OFFSET or SIZE exceeds VMCOREINFO_SIZE_MAX. The message
 * names the key. After an error, some values may have been set.
 */
int vmcoreinfo_get(const char *text, const struct vmcoreinfo_field *fields, size_t count,
		   struct error *err);

#endif
