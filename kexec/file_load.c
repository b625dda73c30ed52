// SPDX-License-Identifier: GPL-2.0-only
/* A load through kexec_file_load: files and command line. */
#include "file_load.h"

#include <errno.h>

#include "command_line.h"
#include "image_type.h"
#include "machine.h"

void file_load_clear(struct file_load *load)
{
	kernel_file_close(&load->kernel);
	kernel_file_close(&load->initrd);
	uki_close(&load->uki);
	free(load->command_line);
	*load = (struct file_load){ 0 };
}

static int make_command_line(const struct options *options, const struct root *root,
			     struct file_load *load, struct error *err)
{
	_cleanup_free_ char *running = NULL, *reused = NULL;
	int rc = 0;

	if (options->reuse_cmdline) {
		rc = machine_read_command_line(root, &running, err);
		if (!rc)
			rc = command_line_reuse(running, options->crash, &reused, err);
	}
	return rc ? rc
		  : command_line_join(reused, options->append, &load->command_line, err);
}

static int open_files(const struct options *options, struct file_load *load,
		      struct error *err)
{
	int rc = kernel_file_open(options->kernel, "kernel", KERNEL_FILE_UNCOMPRESS,
				  &load->kernel, err);

	if (rc < 0)
		return rc;
	rc = uki_open(&load->kernel, &load->uki, err);
	if (rc < 0 && rc != -ENOEXEC)
		return rc;
	if (!options->initrd_count)
		return uki_open_initrd(&load->uki, &load->initrd, err);
	return kernel_file_open_joined(options->initrds, options->initrd_count, "initrd",
				       &load->initrd, err);
}

/* What is no kernel at all is for kexec_load, too, where the message is made. */
static bool is_for_segments(const struct kernel_file *kernel, const char *wanted_type)
{
	const struct image_type *type;

	return image_type_find(kernel, wanted_type, &type, NULL) < 0 || !type->by_kernel;
}

int file_load_prepare(const struct options *options, const struct root *root,
		      struct file_load *load, struct error *err)
{
	struct options completed = *options;
	int rc;

	load->initrd.fd = -1;
	load->crash = options->crash;
	load->no_cma = options->no_cma;
	load->force_dtb = options->force_dtb;
	load->debug = options->debug;
	rc = open_files(options, load, err);
	if (!rc)
		rc = uki_complete_options(&load->uki, &completed, err);
	if (rc < 0)
		return rc;
	load->for_segments = is_for_segments(&load->kernel, completed.type);
	return make_command_line(&completed, root, load, err);
}

int file_load_check_files(const struct file_load *load, struct error *err)
{
	int rc = kernel_file_check_unchanged(&load->kernel, err);

	if (!rc && load->initrd.path)
		rc = kernel_file_check_unchanged(&load->initrd, err);
	if (!rc)
		rc = uki_check_unchanged(&load->uki, err);
	return rc;
}
