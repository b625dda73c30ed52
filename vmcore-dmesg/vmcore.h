/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A dump of a machine's memory: /proc/vmcore, or an ELF core file like it. Memory is read
 * by its virtual address in the crashed kernel, which the program headers map to the
 * file.
 */
#ifndef VMCORE_DMESG_VMCORE_H
#define VMCORE_DMESG_VMCORE_H

#include <libelf.h>
#include <stddef.h>
#include <stdint.h>

#include "util/cleanup.h"
#include "util/error.h"

/*
 * A PT_LOAD header: the file holds virtual memory [start, end) at offset, in bytes.
 * Memory that was left out of the dump is outside of the range.
 */
struct vmcore_range {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
};

struct vmcore {
	int fd;	    /* owned; -1 while closed */
	Elf *elf;   /* owned */
	char *name; /* for messages; owned */
	struct vmcore_range *ranges;
	size_t range_count;
	size_t last_range; /* index of the range that held the last address */
};

/*
 * Opens a dump. Returns 0, -ENOEXEC if the file is not a supported dump, with a message
 * that says what to do, -EINVAL if it is a broken one, or the error of open or read. The
 * caller closes core in every case.
 */
int vmcore_open(const char *path, struct vmcore *core, struct error *err);

/* Like vmcore_open, for an open file. core owns fd, also after an error. */
int vmcore_open_fd(int fd, const char *name, struct vmcore *core, struct error *err);

/* Closes the dump and frees its memory. */
void vmcore_close(struct vmcore *core);

#define _cleanup_vmcore_ _cleanup_(vmcore_close)

/*
 * Reads size bytes of memory at a virtual address. Returns 0, -EFAULT if the dump does
 * not hold all of them, or -EIO if the file is too short or cannot be read. buffer may be
 * partly filled after an error.
 */
int vmcore_read(struct vmcore *core, uint64_t address, void *buffer, size_t size,
		struct error *err);

/* Read a little-endian number at a virtual address. Errors as for vmcore_read. */
int vmcore_read_u32(struct vmcore *core, uint64_t address, uint32_t *value,
		    struct error *err);
int vmcore_read_u64(struct vmcore *core, uint64_t address, uint64_t *value,
		    struct error *err);

/*
 * Reads the first ELF note of that name as text, up to its first NUL or its end. The
 * caller frees *text. Returns 0, -ENOENT if the dump has no such note, -EINVAL if its
 * notes are broken or over 32 MiB.
 */
int vmcore_read_note(struct vmcore *core, const char *name, char **text,
		     struct error *err);

#endif
