// SPDX-License-Identifier: GPL-2.0-only
/* A load by kexec_file_load: initrd and command line. */
#include "load/kexec_file_load.h"

#include <errno.h>

#include "files/empty_initrd.h"
#include "util/command_line.h"

void file_load_clear(struct file_load *load)
{
	kernel_file_close(&load->empty_initrd);
	free(load->command_line);
	string_list_clear(&load->notes);
	*load = (struct file_load){ 0 };
}

static int make_command_line(const struct load_inputs *inputs, struct file_load *load,
			     struct error *err)
{
	const struct options *options = &inputs->options;
	const char *running = inputs->machine.command_line;
	const char *own = inputs->files.command_line;
	_cleanup_free_ char *reused = NULL;
	int rc = 0;

	if (options->reuse_cmdline && !running)
		return error_set(err, ENODATA,
				 "--reuse-cmdline: /proc/cmdline cannot be read");
	if (options->reuse_cmdline)
		rc = command_line_reuse(running, options->crash, &reused, err);
	return rc ? rc
		  : command_line_join(reused, own ? own : options->append,
				      &load->command_line, err);
}

/*
 * The running kernel passes all EFI config tables on. One of them names the initrd of the
 * first boot, whose memory has been reused since. An empty initrd hides it.
 */
static int avoid_stale_initrd(const struct load_inputs *inputs, struct file_load *load,
			      struct error *err)
{
	const char *reason = empty_initrd_reason(&inputs->machine.efi);
	int rc;

	if (!reason)
		return 0;
	string_list_add(&load->notes,
			"no --initrd was given, but %s: an empty one is passed", reason);
	rc = empty_initrd_open(&load->empty_initrd, err);
	if (!rc)
		load->initrd = &load->empty_initrd;
	return rc;
}

int file_load_prepare(const struct load_inputs *inputs, struct file_load *load,
		      struct error *err)
{
	const struct options *options = &inputs->options;
	const struct boot_files *files = &inputs->files;
	bool is_linux = inputs->type && inputs->type->by_kernel;
	int rc = 0;

	load->kernel = &files->kernel;
	load->initrd = files->initrd.path ? &files->initrd : NULL;
	load->crash = options->crash;
	load->no_cma = options->no_cma;
	load->force_dtb = options->force_dtb;
	/* Older kernels refuse the flag of -d (KEXEC_FILE_DEBUG). */
	load->debug = options->debug &&
		      !machine_kernel_is_older(inputs->machine.release, 6, 8);
	if (!load->initrd && is_linux)
		rc = avoid_stale_initrd(inputs, load, err);
	if (!rc)
		rc = make_command_line(inputs, load, err);
	if (!rc)
		string_list_add(
			&load->notes,
			"kexec_file_load gets the kernel %s, %s%s, and the command "
			"line \"%s\"; the running kernel places them",
			load->kernel->path, load->initrd ? "the initrd " : "no initrd",
			load->initrd ? load->initrd->path : "",
			load->command_line ? load->command_line : "");
	return rc;
}
