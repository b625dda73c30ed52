// SPDX-License-Identifier: GPL-2.0-only
/* The order in which the parts of struct machine are read. */
#include "machine/machine_internal.h"

#include <errno.h>
#include <string.h>

#define SYSFS_BOOT_PARAMS "sys/kernel/boot_params/data"
#define DEBUG_BOOT_PARAMS "sys/kernel/debug/boot_params/data"

static int read_kernel(const struct root *root, struct machine *machine,
		       struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	int rc;

	machine->release = machine_read_release(root);
	machine->boot_id = machine_read_boot_id(root);
	machine->lockdown = machine_read_lockdown(root);
	machine->meminfo = machine_read_meminfo(root);
	rc = machine_read_command_line(root, &machine->command_line, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		machine_note(machine, "%s", why.message);
	rc = iomem_read(root, &machine->iomem, &machine->no_iomem);
	return rc == -ENOMEM ? error_no_memory(err) : 0;
}

/*
 * In a dom0 the lines of /proc/iomem that are about RAM have Linux' own numbering, which
 * is not physical, so those of the hypervisor take their place.
 */
static int read_xen(const struct root *root, struct machine *machine, struct error *err)
{
	_cleanup_free_ char *dom0 = NULL;
	char *text;
	int rc;

	machine->xen_role = xen_role_read(root);
	if (machine->xen_role != XEN_ROLE_DOM0)
		return 0;
	rc = xen_facts_read(root, &machine->xen, err);
	if (rc < 0)
		return rc;
	if (root_read_file(root, IOMEM_PATH, IOMEM_LIMIT, &dom0, NULL, NULL) < 0)
		dom0 = NULL;
	if (xen_facts_iomem(&machine->xen, dom0, &text) < 0)
		return error_no_memory(err);
	error_clear(&machine->no_iomem);
	iomem_clear(&machine->iomem);
	machine_note(machine, "the memory is that of the Xen hypervisor");
	return iomem_parse(text, &machine->iomem, err);
}

static int read_boot_params_file(const struct root *root, const char *path,
				 uint8_t *boot_params, struct error *err)
{
	_cleanup_free_ char *data = NULL;
	size_t size = 0;
	int rc;

	rc = root_read_file(root, path, BOOT_PARAMS_SIZE, &data, &size, err);
	if (rc < 0)
		return rc;
	if (size != BOOT_PARAMS_SIZE)
		return error_set(err, EIO, "/%s holds %zu bytes instead of %u", path,
				 size, BOOT_PARAMS_SIZE);
	memcpy(boot_params, data, BOOT_PARAMS_SIZE);
	return 0;
}

/* *why: why the first source cannot be read, if both cannot. */
static void read_boot_params(const struct root *root, struct machine *machine,
			     struct error *why)
{
	machine->has_boot_params = true;
	if (!read_boot_params_file(root, SYSFS_BOOT_PARAMS, machine->boot_params, why))
		return;
	if (!read_boot_params_file(root, DEBUG_BOOT_PARAMS, machine->boot_params, NULL)) {
		machine_note(machine, "boot_params comes from /%s: %s", DEBUG_BOOT_PARAMS,
			     why->message);
		return;
	}
	machine->has_boot_params = false;
	machine_note(machine, "%s; the running kernel's boot_params is unknown",
		     why->message);
}

/* "integrity" rules out /dev/mem, "confidentiality" /proc/kcore, too (security.h). */
static void lock_memory(const char *level, struct physical_memory_reader *reader)
{
	reader->mem_locked = machine_is_locked_down(level);
	reader->kcore_locked = level && !strcmp(level, "confidentiality");
}

int machine_read_with(struct physical_memory_reader *reader, bool checksums,
		      struct machine *machine, struct error *err)
{
	_cleanup_error_ struct error no_boot_params = { 0 };
	const struct root *root = reader->root;
	int rc;

	rc = read_kernel(root, machine, err);
	if (rc < 0)
		return rc;
	rc = read_xen(root, machine, err);
	if (rc < 0)
		return rc;
	if (machine->xen_role == XEN_ROLE_DOM0)
		reader->not_readable = &machine->xen.memory;
	if (root->live)
		lock_memory(machine->lockdown, reader);
	read_boot_params(root, machine, &no_boot_params);
	machine_read_cpu(root, machine);
	rc = machine_read_setup_data(root, machine, err);
	if (rc < 0)
		return rc;
	rc = machine_read_efi(root, reader, machine, &no_boot_params, err);
	if (rc < 0)
		return rc;
	return machine_read_memory(reader, checksums, machine, err);
}

int machine_read(const struct root *root, struct machine *machine, struct error *err)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;

	physical_memory_open(root, &reader);
	return machine_read_with(&reader, false, machine, err);
}
