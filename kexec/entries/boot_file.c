// SPDX-License-Identifier: GPL-2.0-only
/* Opens the programs that entries start. */
#include "entries/boot_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "files/pe.h"

int boot_file_path(const struct root *root, const char *path, char **name,
		   struct error *err)
{
	_cleanup_close_ int fd = -1;
	char link[64], target[PATH_MAX];
	ssize_t length;

	fd = root_openat(root, path, err);
	if (fd < 0)
		return fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = root->live ? -1 : readlink(link, target, sizeof(target));
	if (length >= (ssize_t)sizeof(target))
		return error_set(err, ENAMETOOLONG, "/%s: %s", path,
				 strerror(ENAMETOOLONG));
	if ((length > 0
		     ? asprintf(name, "%.*s", (int)length, target)
		     : asprintf(name, "%s/%s", root->live ? "" : root->path, path)) < 0)
		return error_no_memory(err);
	return 0;
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
