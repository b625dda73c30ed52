// SPDX-License-Identifier: GPL-2.0-only
/* struct machine: adding notes, and freeing. */
#include "machine/machine_internal.h"

#include <errno.h>
#include <stdlib.h>

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

int machine_require_placeable(const struct machine *machine, struct error *err)
{
	return machine->nowhere ? error_set(err, ENODATA, "%s", machine->nowhere) : 0;
}

void machine_clear(struct machine *machine)
{
	clear_setup_data(machine);
	memory_map_clear(&machine->memory);
	memory_map_clear(&machine->placeable);
	free(machine->framebuffer_driver);
	free(machine->nowhere);
	free(machine->command_line);
	free(machine->release);
	free(machine->boot_id);
	free(machine->lockdown);
	free(machine->meminfo);
	iomem_clear(&machine->iomem);
	error_clear(&machine->no_iomem);
	free(machine->efi.runtime_map);
	free(machine->efi.incomplete);
	free(machine->efi.tables_unread);
	free(machine->efi.tables_reused);
	efi_config_tables_clear(&machine->efi.tables);
	efi_config_tables_clear(&machine->cc_blob);
	xen_facts_clear(&machine->xen);
	string_list_clear(&machine->notes);
	*machine = (struct machine){ 0 };
}
