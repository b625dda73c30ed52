// SPDX-License-Identifier: GPL-2.0-only
/* The memory map in the form that the boot protocol passes on. */
#include "arch/x86_64/e820.h"

#include <errno.h>

static struct e820_entry entry_of(const struct memory_range *range)
{
	return (struct e820_entry){
		.addr = range->start,
		.size = range->end - range->start,
		.type = (uint32_t)range->type,
	};
}

static int add_extension(const struct memory_range *ranges, size_t count,
			 struct setup_data_list *setup_data, struct error *err)
{
	_cleanup_free_ struct e820_entry *entries = NULL;
	size_t i;

	if (count > UINT32_MAX / sizeof(*entries))
		return error_set(err, E2BIG, "the memory map has %zu ranges too many",
				 count);
	entries = calloc(count, sizeof(*entries));
	if (!entries)
		return error_no_memory(err);
	for (i = 0; i < count; i++)
		entries[i] = entry_of(&ranges[i]);
	return setup_data_add(setup_data, SETUP_DATA_E820_EXT, entries,
			      (uint32_t)(count * sizeof(*entries)), err);
}

int e820_fill(const struct memory_map *memory, struct boot_params *boot_params,
	      struct setup_data_list *setup_data, struct error *err)
{
	size_t inside = memory->count, i;

	if (inside > E820_ENTRIES_IN_BOOT_PARAMS)
		inside = E820_ENTRIES_IN_BOOT_PARAMS;
	for (i = 0; i < inside; i++)
		boot_params->e820_table[i] = entry_of(&memory->ranges[i]);
	boot_params->e820_entries = (uint8_t)inside;
	if (inside == memory->count)
		return 0;
	return add_extension(memory->ranges + inside, memory->count - inside, setup_data,
			     err);
}
