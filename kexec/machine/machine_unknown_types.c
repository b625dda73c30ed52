// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types of memory that Linux does not know. /sys/firmware/memmap calls all of them
 * "Unknown E820 type"; the numbers are in boot_params, as the running kernel got them
 * (boot.rst, "e820_table" and "SETUP_E820_EXT").
 */
#include "machine/machine_internal.h"

#include <stddef.h>
#include <string.h>

#include "abi/boot_protocol.h"

/* Gives a range that is Reserved so far the entry's number. */
static int keep(struct machine *machine, const struct e820_entry *entry,
		struct error *err)
{
	enum memory_type type = (enum memory_type)entry->type;
	uint64_t end;

	if (!entry->type || memory_type_is_known(type) ||
	    __builtin_add_overflow(entry->addr, entry->size, &end))
		return 0;
	if (memory_map_retype(&machine->memory, entry->addr, end, MEMORY_RESERVED, type) <
	    0)
		return error_no_memory(err);
	return 0;
}

static int keep_all(struct machine *machine, const uint8_t *data, size_t size,
		    struct error *err)
{
	struct e820_entry entry;
	int rc = 0;

	for (; !rc && size >= sizeof(entry);
	     data += sizeof(entry), size -= sizeof(entry)) {
		memcpy(&entry, data, sizeof(entry));
		rc = keep(machine, &entry, err);
	}
	return rc;
}

int machine_keep_unknown_types(struct machine *machine, struct error *err)
{
	struct boot_params boot_params;
	size_t count, i;
	int rc;

	if (!machine->has_boot_params)
		return 0;
	memcpy(&boot_params, machine->boot_params, sizeof(boot_params));
	count = boot_params.e820_entries;
	if (count > E820_ENTRIES_IN_BOOT_PARAMS)
		count = E820_ENTRIES_IN_BOOT_PARAMS;
	rc = keep_all(machine,
		      machine->boot_params + offsetof(struct boot_params, e820_table),
		      count * sizeof(struct e820_entry), err);
	for (i = 0; !rc && i < machine->setup_data_count; i++)
		if (machine->setup_data[i].type == SETUP_DATA_E820_EXT)
			rc = keep_all(machine, machine->setup_data[i].data,
				      machine->setup_data[i].size, err);
	return rc;
}
