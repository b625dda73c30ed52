/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading physical memory: /dev/mem on the live machine, the files
 * physical_memory/ADDRESS of a recorded one. Nothing that a load needs may depend on it:
 * strict kernels and lockdown refuse it.
 */
#ifndef KEXEC_PHYSICAL_MEMORY_H
#define KEXEC_PHYSICAL_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/io.h"

/*
 * Reads size bytes at the physical address into buffer.
 * Returns 0, or a negative errno with a message that says which file refused and why
 * (-EPERM under lockdown or STRICT_DEVMEM, -ENOENT without the file or for a page that a
 * recorded machine does not hold, -ERANGE for an address range that wraps).
 */
int physical_memory_read(const struct root *root, uint64_t address, void *buffer,
			 size_t size, struct error *err);

#endif
