// SPDX-License-Identifier: GPL-2.0-only
/* A load through kexec_file_load: files and command line. */
#include "load/kexec_file_load.h"

#include "files/empty_initrd.h"
#include "load/image_type.h"
#include "machine/machine.h"
#include "util/command_line.h"

void file_load_clear(struct file_load *load)
{
	boot_files_close(&load->files);
	free(load->command_line);
	string_list_clear(&load->notes);
	*load = (struct file_load){ 0 };
}

static int make_command_line(const struct options *options, const struct root *root,
			     struct file_load *load, struct error *err)
{
	const char *own = load->files.command_line;
	_cleanup_free_ char *running = NULL, *reused = NULL;
	int rc = 0;

	if (options->reuse_cmdline) {
		rc = machine_read_command_line(root, &running, err);
		if (!rc)
			rc = command_line_reuse(running, options->crash, &reused, err);
	}
	return rc ? rc
		  : command_line_join(reused, own ? own : options->append,
				      &load->command_line, err);
}

/* What is no kernel at all is for kexec_load, too, where the message is made. */
static bool is_for_kexec_load(const struct kernel_file *kernel, const char *wanted_type)
{
	const struct image_type *type;

	return image_type_find(kernel, wanted_type, &type, NULL) < 0 || !type->by_kernel;
}

/* The running kernel hands the EFI tables on, and takes no care of the stale one. */
static int avoid_stale_initrd(const struct root *root, struct file_load *load,
			      struct error *err)
{
	_cleanup_machine_ struct machine machine = { 0 };
	const char *reason;
	int rc = machine_read_firmware(root, &machine, err);

	if (rc < 0)
		return rc;
	reason = empty_initrd_reason(&machine.efi);
	if (!reason)
		return 0;
	string_list_add(&load->notes,
			"no --initrd was given, but %s: an empty one is passed", reason);
	return empty_initrd_open(&load->files.initrd, err);
}

/* What cannot be found out about the machine is no reason not to load. */
static int note_tables_at_risk(const struct root *root, struct file_load *load,
			       struct error *err)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_free_ char *names = NULL;
	int rc = machine_read(root, &machine, NULL);

	if (!rc)
		rc = efi_tables_kept_in_ram(&machine.efi.tables, &names);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (names)
		string_list_add(&load->notes,
				"kexec_file_load does not keep the next kernel off EFI "
				"tables in RAM, which may get lost: %s",
				names);
	return 0;
}

int file_load_prepare(const struct options *options, const struct root *root,
		      struct file_load *load, struct error *err)
{
	int rc;

	load->crash = options->crash;
	load->no_cma = options->no_cma;
	load->force_dtb = options->force_dtb;
	load->debug = options->debug;
	rc = boot_files_open(options, &load->files, err);
	if (rc < 0)
		return rc;
	load->for_kexec_load =
		is_for_kexec_load(&load->files.kernel, load->files.kernel_type);
	if (!load->files.initrd.path && !load->for_kexec_load) {
		rc = avoid_stale_initrd(root, load, err);
		if (rc < 0)
			return rc;
	}
	if (options->debug && !load->for_kexec_load) {
		rc = note_tables_at_risk(root, load, err);
		if (rc < 0)
			return rc;
	}
	return make_command_line(options, root, load, err);
}

int file_load_check_files(const struct file_load *load, struct error *err)
{
	return boot_files_require_unchanged(&load->files, err);
}
