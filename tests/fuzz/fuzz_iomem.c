// SPDX-License-Identifier: GPL-2.0-only
/* The lines of /proc/iomem, and their corrections to a memory map. */
#include <stdint.h>
#include <string.h>

#include "map_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct root nowhere = { .fd = -1 };
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	char *text = malloc(size + 1);

	physical_memory_open(&nowhere, &reader);
	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (iomem_parse(text, &machine.iomem, &err) < 0)
		return 0;
	if (memory_map_set(&machine.memory, 0, 1ull << 32, MEMORY_RAM) < 0)
		abort();
	if (machine_reserve_memory(&reader, false, &machine, &err) < 0)
		abort();
	check_map(&machine.memory);
	/* Corrections only take RAM away, and leave the first page. */
	if (memory_map_end_of(&machine.memory, MEMORY_RAM) > 1ull << 32 ||
	    !memory_map_is_type(&machine.memory, 0, 4096, MEMORY_RAM))
		abort();
	return 0;
}
