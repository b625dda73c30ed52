// SPDX-License-Identifier: GPL-2.0-only
/* Opens the programs that entries start. */
#include "entries/boot_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "files/pe.h"

int boot_file_path(const struct root *root, const char *path, char **name,
		   struct error *err)
{
	_cleanup_close_ int fd = root_openat(root, path, err);

	if (fd < 0)
		return fd;
	if (root->live)
		return asprintf(name, "/%s", path) < 0 ? error_no_memory(err) : 0;
	*name = open_file_path(fd);
	return *name ? 0
		     : error_set(err, ENOENT,
				 "/%s of %s: its path cannot be read in /proc", path,
				 root->path);
}

int boot_file_open(const struct root *root, const char *path, struct kernel_file *file,
		   struct error *err)
{
	_cleanup_free_ char *name = NULL;
	int rc = boot_file_path(root, path, &name, err);

	return rc ? rc
		  : kernel_file_open(name, "boot entry", KERNEL_FILE_AS_IS, file, err);
}

/* boot.rst, "The Real-Mode Kernel Header": also in a bzImage with an EFI stub. */
static bool is_bzimage(const struct kernel_file *file)
{
	char magic[4];

	return file->size >= 0x206 &&
	       !kernel_file_read(file, 0x202, magic, sizeof(magic), NULL) &&
	       !memcmp(magic, "HdrS", sizeof(magic));
}

enum boot_program boot_program_find(const struct kernel_file *file)
{
	struct pe_section section;
	struct pe pe;
	unsigned i;

	if (is_bzimage(file) || pe_open(file, &pe, NULL) < 0)
		return BOOT_PROGRAM_LINUX;
	for (i = 0; i < pe.section_count; i++)
		if (!pe_read_section(&pe, i, &section, NULL) &&
		    !strcmp(section.name, ".linux"))
			return BOOT_PROGRAM_UKI;
	return BOOT_PROGRAM_OTHER;
}
