// SPDX-License-Identifier: GPL-2.0-only
/* What this machine is: the order of reading, and the facts of one small file each. */
#include "machine/machine_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_LINE_PATH  "proc/cmdline"
#define COMMAND_LINE_LIMIT (1u << 20)
#define LOCKDOWN_PATH	   "sys/kernel/security/lockdown"
#define RELEASE_PATH	   "proc/sys/kernel/osrelease"
#define SYSFS_BOOT_PARAMS  "sys/kernel/boot_params/data"
#define DEBUG_BOOT_PARAMS  "sys/kernel/debug/boot_params/data"

void machine_note(struct machine *machine, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	string_list_addv(&machine->notes, format, args);
	va_end(args);
}

static void clear_setup_data(struct machine *machine)
{
	size_t i;

	for (i = 0; i < machine->setup_data_count; i++)
		free(machine->setup_data[i].data);
	free(machine->setup_data);
}

void machine_clear(struct machine *machine)
{
	clear_setup_data(machine);
	memory_map_clear(&machine->memory);
	free(machine->command_line);
	free(machine->efi.runtime_map);
	free(machine->efi.incomplete);
	free(machine->efi.tables_unread);
	efi_config_tables_clear(&machine->efi.tables);
	efi_config_tables_clear(&machine->cc_blob);
	string_list_clear(&machine->notes);
	*machine = (struct machine){ 0 };
}

char *machine_read_lockdown(const struct root *root)
{
	_cleanup_free_ char *text = NULL;
	const char *open, *close;

	if (root_read_file(root, LOCKDOWN_PATH, 4096, &text, NULL, NULL) < 0)
		return NULL;
	open = strchr(text, '[');
	if (!open)
		return NULL;
	open++;
	close = strchr(open, ']');
	if (!close || close == open)
		return NULL;
	return strndup(open, (size_t)(close - open));
}

int machine_read_command_line(const struct root *root, char **command_line,
			      struct error *err)
{
	int rc = root_read_file(root, COMMAND_LINE_PATH, COMMAND_LINE_LIMIT, command_line,
				NULL, err);

	if (!rc)
		(*command_line)[strcspn(*command_line, "\n")] = '\0';
	return rc;
}

static int note_command_line(const struct root *root, struct machine *machine,
			     struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	int rc = machine_read_command_line(root, &machine->command_line, &why);

	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		machine_note(machine, "%s", why.message);
	return 0;
}

/* "6.1.0-56-cloud-amd64": the numbers at its front, which scanf would take signs before. */
static int parse_release(const char *text, unsigned *major, unsigned *minor)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || text[digits] != '.' || !strspn(text + digits + 1, "0123456789"))
		return -EINVAL;
	return sscanf(text, "%3u.%3u", major, minor) == 2 ? 0 : -EINVAL;
}

bool machine_kernel_is_older(const struct root *root, unsigned major, unsigned minor)
{
	_cleanup_free_ char *text = NULL;
	unsigned running_major, running_minor;

	if (root_read_file(root, RELEASE_PATH, 4096, &text, NULL, NULL) < 0 ||
	    parse_release(text, &running_major, &running_minor) < 0)
		return true;
	return running_major < major || (running_major == major && running_minor < minor);
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

/* *why: the reason of the first source if neither can be read. */
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

int machine_read_firmware(const struct root *root, struct machine *machine,
			  struct error *err)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_error_ struct error no_boot_params = { 0 };

	physical_memory_open(root, &reader);
	read_boot_params(root, machine, &no_boot_params);
	return machine_read_efi(root, &reader, machine, &no_boot_params, err);
}

int machine_read(const struct root *root, struct machine *machine, struct error *err)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_error_ struct error no_boot_params = { 0 };
	int rc;

	physical_memory_open(root, &reader);
	rc = note_command_line(root, machine, err);
	if (rc < 0)
		return rc;
	read_boot_params(root, machine, &no_boot_params);
	machine_read_cpu(root, machine);
	rc = machine_read_setup_data(root, machine, err);
	if (rc < 0)
		return rc;
	rc = machine_read_efi(root, &reader, machine, &no_boot_params, err);
	if (rc < 0)
		return rc;
	return machine_read_memory(root, &reader, machine, err);
}

/* Takes the first of the paths that holds a number: kernels differ in the name. */
static void read_status(const struct root *root, const char *const *paths, bool *known,
			bool *loaded)
{
	uint64_t value;

	for (; *paths; paths++) {
		if (root_read_u64(root, *paths, &value, NULL) < 0)
			continue;
		*known = true;
		*loaded = value != 0;
		return;
	}
}

void machine_read_status(const struct root *root, struct machine_status *status)
{
	static const char *const normal[] = { "sys/kernel/kexec_loaded",
					      "sys/kernel/kexec/loaded", NULL };
	static const char *const crash[] = { "sys/kernel/kexec_crash_loaded",
					     "sys/kernel/kexec/crash_loaded", NULL };

	*status = (struct machine_status){ 0 };
	read_status(root, normal, &status->normal_known, &status->normal_loaded);
	read_status(root, crash, &status->crash_known, &status->crash_loaded);
}
