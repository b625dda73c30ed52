/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading physical memory: /proc/kcore (RAM) and /dev/mem (the rest) on the live machine,
 * the files physical_memory/ADDRESS of a recorded one. Strict kernels and lockdown refuse
 * these reads, so the mapping of the EFI tables must work without them.
 */
#ifndef KEXEC_PHYSICAL_MEMORY_H
#define KEXEC_PHYSICAL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory/kcore.h"
#include "memory/memory_map.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

/* The files, each opened by the first read that needs it. */
struct physical_memory_reader {
	const struct root *root;
	bool opened;
	/*
	 * Lockdown rules the file out. It is not opened then, because the kernel logs
	 * each attempt. Only on the live machine.
	 */
	bool kcore_locked;
	bool mem_locked;
	/*
	 * A Xen dom0: the hypervisor's memory map. Its RAM cannot be read, because Linux
	 * has other memory at these addresses. Borrowed; or NULL.
	 */
	const struct memory_map *not_readable;
	/* The live machine: descriptors, -1 if the file cannot be opened, and reasons. */
	int kcore_fd;
	int mem_fd;
	struct error no_kcore;
	struct error no_mem;
	struct kcore_range *ram; /* the RAM in /proc/kcore, sorted; owned */
	size_t ram_count;
	/* A recorded machine: the names of its files. */
	struct string_list runs;
	struct error no_runs;
};

/* Starts reading below a root, which must outlive the reader. Opens nothing yet. */
void physical_memory_open(const struct root *root, struct physical_memory_reader *reader);

/* Closes and frees what was opened. */
void physical_memory_close(struct physical_memory_reader *reader);

/*
 * Returns a file descriptor for /proc/kcore of the reader's root, or -errno with a
 * message. The reader opens and closes it.
 */
__must_check int physical_memory_kcore(struct physical_memory_reader *reader,
				       struct error *err);

#define _cleanup_physical_memory_ _cleanup_(physical_memory_close)

/*
 * Reads size bytes at the physical address into buffer.
 * Returns 0, or a negative errno with a message that says which file refused and why
 * (-EPERM under lockdown or STRICT_DEVMEM, -ENOENT without the file or for a page that a
 * recorded machine does not hold, or for RAM in a Xen dom0, -ERANGE for an address range
 * that wraps).
 */
__must_check int physical_memory_read(struct physical_memory_reader *reader,
				      uint64_t address, void *buffer, size_t size,
				      struct error *err);

#endif
