// SPDX-License-Identifier: GPL-2.0-only
/* The table of image types, and the search for the type of a kernel file. */
#include "load/image_type.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/bzimage32.h"
#include "arch/x86_64/bzimage64.h"
#include "arch/x86_64/elf_kernel.h"
#include "arch/x86_64/multiboot1.h"
#include "arch/x86_64/multiboot2.h"

/* In the order in which they are probed. */
#define IMAGE_TYPE(...) { __VA_ARGS__ },
static const struct image_type types[] = {
#include "load/image_type_rows.h"
};

#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

/* Obsolete boot loader formats that kexec-tools still lists. */
#define RETIRED "a retired format; load the kernel that is packed in it"

/* Known formats that cannot be loaded, with the words for them in the message. */
static const struct {
	const char *what;
	unsigned offset;
	unsigned size;
	const char *magic;
} lookalikes[] = {
	{ "a Beoboot image, " RETIRED, 0, 4, "BeoB" },
	{ "an NBI (Etherboot) image, " RETIRED, 0, 4, "\x36\x13\x03\x1b" },
	{ "an ELF file for another machine than x86", 0, 4, "\177ELF" },
	/* The outer container has been decompressed before. */
	{ "compressed twice; decompress it once (gzip)", 0, 3, "\37\213\10" },
	{ "compressed twice; decompress it once (xz)", 0, 6, "\3757zXZ\0" },
	{ "compressed twice; decompress it once (zstd)", 0, 4, "(\265/\375" },
	{ "a cpio archive (an initrd?)", 0, 5, "07070" },
	{ "an EFI program without a Linux header", 0, 2, "MZ" },
	{ "a script", 0, 2, "#!" },
};

static const char *describe(const struct kernel_file *kernel)
{
	uint8_t head[16] = { 0 };
	size_t size = kernel->size < sizeof(head) ? kernel->size : sizeof(head);
	size_t i;

	if (kernel_file_read(kernel, 0, head, size, NULL) < 0)
		return NULL;
	for (i = 0; i < sizeof(lookalikes) / sizeof(lookalikes[0]); i++)
		if (!memcmp(head + lookalikes[i].offset, lookalikes[i].magic,
			    lookalikes[i].size))
			return lookalikes[i].what;
	return NULL;
}

static int unknown_type(const char *wanted, struct error *err)
{
	_cleanup_free_ char *known = NULL;
	size_t i;

	if (!strcmp(wanted, "beoboot-x86") || !strcmp(wanted, "nbi-x86"))
		return error_set(err, ENOEXEC, "--type=%s is " RETIRED, wanted);
	for (i = 0; i < TYPE_COUNT; i++) {
		_cleanup_free_ char *before = known;

		if (asprintf(&known, "%s%s%s", before ? before : "", before ? ", " : "",
			     types[i].name) < 0) {
			known = NULL;
			return error_no_memory(err);
		}
	}
	return error_set(err, ENOEXEC, "--type=%s: expected one of %s", wanted, known);
}

static const struct image_type *find_name(const char *name)
{
	size_t i;

	for (i = 0; i < TYPE_COUNT; i++)
		if (!strcmp(types[i].name, name))
			return &types[i];
	return NULL;
}

/* --type */
static int find_wanted(const struct kernel_file *kernel, const char *wanted,
		       const struct image_type **type, struct error *err)
{
	const struct image_type *row = find_name(wanted);
	int rc;

	if (!row)
		return unknown_type(wanted, err);
	rc = row->probe(kernel, err);
	if (rc == -ENOEXEC)
		return error_set(err, ENOEXEC, "--type=%s: %s is not of this type",
				 wanted, kernel->path);
	if (!rc)
		*type = row;
	return rc;
}

enum image_entry_mode image_type_entry_mode(const struct image_type *type,
					    const struct options *options)
{
	if (!type->takes_entry_mode)
		return type->entry_mode;
	switch (options->kernel_entry) {
	case KERNEL_ENTRY_32BIT:
		return IMAGE_ENTRY_32BIT;
	case KERNEL_ENTRY_REAL_MODE:
		return IMAGE_ENTRY_REAL;
	case KERNEL_ENTRY_DEFAULT:
		break;
	}
	return type->entry_mode;
}

int image_type_find(const struct kernel_file *kernel, const char *wanted,
		    const struct image_type **type, struct error *err)
{
	const char *what;
	size_t i;

	if (wanted)
		return find_wanted(kernel, wanted, type, err);
	for (i = 0; i < TYPE_COUNT; i++) {
		int rc = types[i].probe(kernel, err);

		if (rc == -ENOEXEC)
			continue;
		if (rc < 0)
			return rc;
		*type = &types[i];
		return 0;
	}
	what = describe(kernel);
	if (what)
		return error_set(err, ENOEXEC, "%s is not a loadable kernel: it is %s",
				 kernel->path, what);
	return error_set(err, ENOEXEC,
			 "%s is not a loadable kernel: expected a Linux bzImage (on most "
			 "systems /boot/vmlinuz-VERSION)",
			 kernel->path);
}

const char *image_type_name(size_t index)
{
	return index < TYPE_COUNT ? types[index].name : NULL;
}
