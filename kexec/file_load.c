// SPDX-License-Identifier: GPL-2.0-only
/* A load through kexec_file_load: files and command line. */
#include "file_load.h"

#include "command_line.h"
#include "machine.h"

void file_load_clear(struct file_load *load)
{
	kernel_file_close(&load->kernel);
	kernel_file_close(&load->initrd);
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

int file_load_prepare(const struct options *options, const struct root *root,
		      struct file_load *load, struct error *err)
{
	int rc;

	load->initrd.fd = -1;
	load->crash = options->crash;
	load->no_cma = options->no_cma;
	load->force_dtb = options->force_dtb;
	load->debug = options->debug;
	rc = kernel_file_open(options->kernel, "kernel", KERNEL_FILE_UNCOMPRESS,
			      &load->kernel, err);
	if (!rc && options->initrd_count)
		rc = kernel_file_open_joined(options->initrds, options->initrd_count,
					     "initrd", &load->initrd, err);
	return rc ? rc : make_command_line(options, root, load, err);
}

int file_load_check_files(const struct file_load *load, struct error *err)
{
	int rc = kernel_file_check_unchanged(&load->kernel, err);

	if (!rc && load->initrd.path)
		rc = kernel_file_check_unchanged(&load->initrd, err);
	return rc;
}
