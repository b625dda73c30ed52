/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A dump of a machine's memory: /proc/vmcore or an ELF file of that kind. Memory is found
 * by its virtual address in the crashed kernel, by way of the program headers.
 */
#ifndef VMCORE_DMESG_VMCORE_H
#define VMCORE_DMESG_VMCORE_H

#include <libelf.h>
#include <stddef.h>
#include <stdint.h>

#include "util/cleanup.h"
#include "util/error.h"

/* A PT_LOAD: memory at [start, end), virtual, whose contents the file has at offset. */
struct vmcore_range {
	uint64_t start;
	uint64_t end; /* of the contents; what is left out of the dump is not in here */
	uint64_t offset;
};

struct vmcore {
	int fd;	    /* owned; -1 while closed */
	Elf *elf;   /* owned */
	char *name; /* for messages; owned */
	struct vmcore_range *ranges;
	size_t range_count;
	size_t last_range; /* where the last address was found */
};

/*
 * Opens a dump. -ENOEXEC if it is none that can be read here, with what to do about it;
 * -EINVAL if it is one, but broken.
 */
int vmcore_open(const char *path, struct vmcore *core, struct error *err);

/* The same for a file that is open already. fd belongs to core from then on. */
int vmcore_open_fd(int fd, const char *name, struct vmcore *core, struct error *err);

/* Closes the dump and frees what belongs to it. */
void vmcore_close(struct vmcore *core);

#define _cleanup_vmcore_ _cleanup_(vmcore_close)

/*
 * Reads size bytes of memory at a virtual address. -EFAULT if the dump does not hold all
 * of them, -EIO if the file ends before.
 */
int vmcore_read(struct vmcore *core, uint64_t address, void *buffer, size_t size,
		struct error *err);

/* Reads a number out of memory. */
int vmcore_read_u32(struct vmcore *core, uint64_t address, uint32_t *value,
		    struct error *err);
int vmcore_read_u64(struct vmcore *core, uint64_t address, uint64_t *value,
		    struct error *err);

/*
 * The contents of the first ELF note of that name, as text: it ends with the note or the
 * first NUL. The caller frees it. -ENOENT if there is none.
 */
int vmcore_read_note(struct vmcore *core, const char *name, char **text,
		     struct error *err);

#endif
