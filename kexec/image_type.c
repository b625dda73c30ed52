// SPDX-License-Identifier: GPL-2.0-only
/* The kinds of kernel files. */
#include "image_type.h"

#include <errno.h>

#include "arch/x86_64/bzimage.h"

static const struct image_type types[] = {
	{ "bzImage64", bzimage64_probe, bzimage64_load },
};

/* What a file that is none of the types may be, for the message. */
static const struct {
	const char *what;
	unsigned offset;
	unsigned size;
	const char *magic;
} lookalikes[] = {
	{ "an ELF file, which this version does not load", 0, 4, "\177ELF" },
	/* One container is undone before a type is looked for. */
	{ "compressed twice; undo one (gzip)", 0, 3, "\37\213\10" },
	{ "compressed twice; undo one (xz)", 0, 6, "\3757zXZ\0" },
	{ "compressed twice; undo one (zstd)", 0, 4, "(\265/\375" },
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

int image_type_find(const struct kernel_file *kernel, const struct image_type **type,
		    struct error *err)
{
	const char *what;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
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
		return error_set(err, ENOEXEC,
				 "%s is no kernel that can be loaded: it is %s",
				 kernel->path, what);
	return error_set(err, ENOEXEC,
			 "%s is no kernel that can be loaded: a 64-bit Linux bzImage is "
			 "expected (on most systems /boot/vmlinuz-VERSION)",
			 kernel->path);
}
