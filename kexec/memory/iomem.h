/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /proc/iomem as a list of lines. Callers find ranges by name ("Crash kernel", "Kernel
 * code").
 */
#ifndef KEXEC_IOMEM_H
#define KEXEC_IOMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/cleanup.h"
#include "util/error.h"
#include "util/io.h"

#define IOMEM_PATH "proc/iomem"

/* Its largest size in bytes, far above that of machines with thousands of devices. */
#define IOMEM_LIMIT (16u << 20)

/* The name of RAM; a driver's name may follow, "System RAM (kmem)". */
#define IOMEM_RAM_NAME "System RAM"

/* One line, its range half-open. */
struct iomem_line {
	uint64_t start;
	uint64_t end;
	unsigned depth;	  /* 0 for a top-level line; two blanks of indentation each */
	const char *name; /* points into iomem.text */
};

struct iomem {
	struct iomem_line *lines; /* in the order of the file: parents before children */
	size_t count;
	size_t skipped; /* lines that are not of the form "start-end : name" */
	bool hidden;	/* every range is 0-0, as unprivileged users see it */
	char *text;	/* owned */
};

/* True for RAM that the kernel's page allocator manages, even if a driver owns it. */
bool iomem_is_ram(const struct iomem_line *line);

/*
 * True for RAM that does not belong to a driver. A driver (kmem, virtio_mem) may remove
 * its RAM or keep it for a special use.
 */
bool iomem_is_ordinary_ram(const struct iomem_line *line);

/* Frees what *iomem owns and sets it to { 0 }. */
void iomem_clear(struct iomem *iomem);

#define _cleanup_iomem_ _cleanup_(iomem_clear)

/*
 * Parses text (NUL-terminated, malloc'ed), which *iomem owns afterwards; on error it is
 * freed. *iomem must be { 0 }. Lines of another form are counted and skipped. Returns 0,
 * -ENODATA if no line has the form, or -ENOMEM.
 */
__must_check int iomem_parse(char *text, struct iomem *iomem, struct error *err);

/*
 * Reads and parses /proc/iomem below the root. -EPERM if the kernel hides its addresses
 * from this user, else the errors of reading and of iomem_parse.
 */
__must_check int iomem_read(const struct root *root, struct iomem *iomem,
			    struct error *err);

#endif
