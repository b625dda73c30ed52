// SPDX-License-Identifier: GPL-2.0-only
/* The inputs of a load: machine and files. */
#include "load/load_inputs.h"

#include <errno.h>

#include "files/initrd_format.h"
#include "load/image_type.h"

void load_inputs_clear(struct load_inputs *inputs)
{
	boot_files_close(&inputs->files);
	string_list_clear(&inputs->warnings);
	error_clear(&inputs->no_type);
	crash_facts_clear(&inputs->crash);
	error_clear(&inputs->no_crash_facts);
	machine_clear(&inputs->machine);
	error_clear(&inputs->no_machine);
	if (inputs->memory.root)
		physical_memory_close(&inputs->memory);
	*inputs = (struct load_inputs){ 0 };
}

int load_inputs_read_machine(const struct options *options, const struct root *root,
			     bool checksums, struct load_inputs *inputs,
			     struct error *err)
{
	struct machine *machine = &inputs->machine;
	int rc;

	inputs->began = tsc_sample_take(CLOCK_MONOTONIC_RAW);
	inputs->options = *options;
	physical_memory_open(root, &inputs->memory);
	rc = machine_read_with(&inputs->memory, checksums, machine, &inputs->no_machine);
	if (rc != -ENOMEM && options->crash &&
	    options->load_syscall != LOAD_SYSCALL_KEXEC_FILE_LOAD)
		rc = crash_facts_read(&inputs->memory, machine, &inputs->crash,
				      &inputs->no_crash_facts);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	load_permission_read(root, machine->lockdown, machine->xen_role,
			     &inputs->permission);
	return 0;
}

/*
 * Linux starts with a file that is not an archive, and then fails far from the cause.
 * Other kernels may take any file.
 */
static void warn_of_initrds(struct load_inputs *inputs)
{
	const struct kernel_file *initrd = &inputs->files.initrd;
	const struct kernel_file *parts = initrd->part_count ? initrd->parts : initrd;
	size_t count = initrd->part_count ? initrd->part_count : 1, i;

	if (!initrd->path || !inputs->type || !inputs->type->by_kernel)
		return;
	for (i = 0; i < count; i++)
		if (!initrd_file_is_known(&parts[i]))
			string_list_add(&inputs->warnings,
					"the initrd %s does not begin as an archive does "
					"(" INITRD_FORMATS
					"): the next kernel may not be "
					"able to use it",
					parts[i].path);
}

int load_inputs_open_files(const struct progress *progress, struct load_inputs *inputs,
			   struct error *err)
{
	int rc;

	inputs->files = (struct boot_files){ .progress = progress };
	rc = boot_files_open(&inputs->options, &inputs->files, err);
	if (rc < 0)
		return rc;
	rc = image_type_find(&inputs->files.kernel, inputs->files.kernel_type,
			     &inputs->type, &inputs->no_type);
	warn_of_initrds(inputs);
	return rc == -ENOMEM ? error_no_memory(err) : 0;
}
