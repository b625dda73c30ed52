/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the addresses of the running kernel and of its direct map, and the offsets of RAM
 * in /proc/kcore, from the program headers of that file (fs/proc/kcore.c in Linux).
 */
#ifndef KEXEC_KCORE_H
#define KEXEC_KCORE_H

#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/io.h"

#define KCORE_PATH "proc/kcore"

/* The limit for the number of headers; a kernel has one for each range of RAM. */
#define KCORE_HEADERS_MAX (1u << 20)

struct kcore_layout {
	/* The kernel, including its bss: [text_start, text_end), physical. */
	uint64_t text_start;
	uint64_t text_end;
	uint64_t text_virtual; /* the virtual address of text_start */
	uint64_t direct_map;   /* the virtual address of physical address 0 */
};

/*
 * Opens /proc/kcore below the root. Returns a file descriptor that the caller closes, or
 * -errno with a message that names the missing kernel option or privilege.
 */
__must_check int kcore_open(const struct root *root, struct error *err);

/*
 * Reads the headers of an open /proc/kcore. Errors: it is not an ELF file of this
 * architecture, or its headers do not name exactly one kernel, RAM, and one direct map.
 * *layout is set on success only.
 */
__must_check int kcore_read_fd(int fd, struct kcore_layout *layout, struct error *err);

/* A range of RAM, [start, end) physical, and the offset of its first byte in the file. */
struct kcore_range {
	uint64_t start;
	uint64_t end;
	uint64_t file_offset;
};

/*
 * All RAM that an open /proc/kcore holds, sorted by address; *ranges belongs to the
 * caller. Errors as kcore_read_fd; -ENOTSUP also if the file gives no physical addresses.
 */
__must_check int kcore_read_ram(int fd, struct kcore_range **ranges, size_t *count,
				struct error *err);

#endif
