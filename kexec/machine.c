// SPDX-License-Identifier: GPL-2.0-only
/* What this machine is: the order of reading, and the facts of one small file each. */
#include "machine_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_LINE_PATH  "proc/cmdline"
#define COMMAND_LINE_LIMIT (1u << 20)
#define LOCKDOWN_PATH	   "sys/kernel/security/lockdown"
#define SYSFS_BOOT_PARAMS  "sys/kernel/boot_params/data"
#define DEBUG_BOOT_PARAMS  "sys/kernel/debug/boot_params/data"

void machine_note(struct machine *machine, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	string_list_addv(&machine->notes, format, args);
	va_end(args);
}

void machine_clear(struct machine *machine)
{
	memory_map_clear(&machine->memory);
	free(machine->command_line);
	free(machine->efi.runtime_map);
	free(machine->efi.incomplete);
	free(machine->efi.tables_unread);
	efi_config_tables_clear(&machine->efi.tables);
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

static int read_command_line(const struct root *root, struct machine *machine,
			     struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	int rc;

	rc = root_read_file(root, COMMAND_LINE_PATH, COMMAND_LINE_LIMIT,
			    &machine->command_line, NULL, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0) {
		machine_note(machine, "%s", why.message);
		return 0;
	}
	machine->command_line[strcspn(machine->command_line, "\n")] = '\0';
	return 0;
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

int machine_read(const struct root *root, struct machine *machine, struct error *err)
{
	_cleanup_error_ struct error no_boot_params = { 0 };
	int rc;

	rc = read_command_line(root, machine, err);
	if (rc < 0)
		return rc;
	read_boot_params(root, machine, &no_boot_params);
	machine_read_cpu(root, machine);
	rc = machine_read_efi(root, machine, &no_boot_params, err);
	if (rc < 0)
		return rc;
	return machine_read_memory(root, machine, err);
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
