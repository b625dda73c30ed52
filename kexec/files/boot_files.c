// SPDX-License-Identifier: GPL-2.0-only
/* The files that a load starts from: kernel and initrd. */
#include "files/boot_files.h"

#include <errno.h>
#include <string.h>

/* --type=uki is the type of the container; the kernel inside may have any type. */
static int set_kernel_type(const struct options *options, struct boot_files *files,
			   struct error *err)
{
	if (!options->type || strcmp(options->type, "uki")) {
		files->kernel_type = options->type;
		return 0;
	}
	if (files->uki.file.path)
		return 0;
	return error_set(err, ENOEXEC, "--type=uki: %s is not of this type",
			 options->kernel);
}

static int open_uki(const struct options *options, struct boot_files *files,
		    struct error *err)
{
	int rc = uki_open(&files->kernel, options->uki_profile, &files->uki, err);

	if (rc != -ENOEXEC)
		return rc;
	if (!options->uki_profile)
		return 0;
	return error_set(err, EINVAL,
			 "--uki-profile=%s: %s is not a Unified Kernel Image",
			 options->uki_profile, options->kernel);
}

static int set_command_line(const struct options *options, struct boot_files *files,
			    struct error *err)
{
	if (options->append || options->reuse_cmdline)
		return 0;
	return uki_copy_command_line(&files->uki, options->crash, &files->command_line,
				     err);
}

static int open_initrd(const struct options *options, struct boot_files *files,
		       struct error *err)
{
	if (options->initrd_count)
		return kernel_file_open_joined(options->initrds, options->initrd_count,
					       "initrd", &files->initrd, err);
	return uki_open_initrd(&files->uki, &files->initrd, err);
}

int boot_files_open(const struct options *options, struct boot_files *files,
		    struct error *err)
{
	size_t i;
	int rc;

	/* While the kernel is uncompressed, the disk can read the initrds. */
	for (i = 0; i < options->initrd_count; i++)
		kernel_file_read_ahead(options->initrds[i]);
	files->initrd.fd = -1;
	files->kernel.progress = files->progress;
	files->initrd.progress = files->progress;
	rc = kernel_file_open(options->kernel, "kernel", KERNEL_FILE_UNCOMPRESS,
			      &files->kernel, err);
	if (rc < 0)
		return rc;
	rc = open_uki(options, files, err);
	if (!rc)
		rc = open_initrd(options, files, err);
	if (!rc)
		rc = set_kernel_type(options, files, err);
	return rc ? rc : set_command_line(options, files, err);
}

void boot_files_close(struct boot_files *files)
{
	kernel_file_close(&files->initrd);
	kernel_file_close(&files->kernel);
	uki_close(&files->uki);
	free(files->command_line);
	files->command_line = NULL;
}

int boot_files_require_unchanged(const struct boot_files *files, struct error *err)
{
	int rc = kernel_file_require_unchanged(&files->kernel, err);

	if (!rc && files->initrd.path)
		rc = kernel_file_require_unchanged(&files->initrd, err);
	return rc ? rc : uki_require_unchanged(&files->uki, err);
}
