// SPDX-License-Identifier: GPL-2.0-only
/* The files that a load begins with. */
#include "files/boot_files.h"

#include <errno.h>

int boot_files_open(struct options *options, struct boot_files *files, struct error *err)
{
	size_t i;
	int rc;

	/* A compressed kernel takes the CPU long enough for the disk to read them. */
	for (i = 0; i < options->initrd_count; i++)
		kernel_file_read_ahead(options->initrds[i]);
	files->initrd.fd = -1;
	files->kernel.progress = files->progress;
	rc = kernel_file_open(options->kernel, "kernel", KERNEL_FILE_UNCOMPRESS,
			      &files->kernel, err);
	if (rc < 0)
		return rc;
	rc = uki_open(&files->kernel, &files->uki, err);
	if (rc < 0 && rc != -ENOEXEC)
		return rc;
	if (options->initrd_count)
		rc = kernel_file_open_joined(options->initrds, options->initrd_count,
					     "initrd", &files->initrd, err);
	else
		rc = uki_open_initrd(&files->uki, &files->initrd, err);
	return rc < 0 ? rc : uki_complete_options(&files->uki, options, err);
}

void boot_files_close(struct boot_files *files)
{
	kernel_file_close(&files->initrd);
	kernel_file_close(&files->kernel);
	uki_close(&files->uki);
}

int boot_files_check_unchanged(const struct boot_files *files, struct error *err)
{
	int rc = kernel_file_check_unchanged(&files->kernel, err);

	if (!rc && files->initrd.path)
		rc = kernel_file_check_unchanged(&files->initrd, err);
	return rc ? rc : uki_check_unchanged(&files->uki, err);
}
