// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that a TDX or SNP guest has not accepted yet. Linux keeps a table with a bitmap
 * of such memory (include/linux/efi.h: struct efi_unaccepted_memory). The next kernel
 * gets the table, and the memory as RAM. But segments are not placed there: an access
 * before the memory is accepted ends the guest, and kexec of Linux 6.5 to 6.12 does not
 * accept it.
 */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

#define HEADER_BYTES 24u

struct bitmap {
	uint64_t base; /* physical address of the first unit */
	uint64_t unit; /* bytes that a bit stands for */
	uint64_t size; /* bytes of the bitmap */
};

/* The table was examined: its header is valid, and the bitmap follows it in memory. */
static int read_header(struct physical_memory_reader *reader,
		       const struct efi_config_table *table, struct bitmap *bitmap,
		       struct error *err)
{
	uint8_t header[HEADER_BYTES];
	struct bytes bytes = { header, sizeof(header) };
	uint32_t unit = 0;
	int rc =
		physical_memory_read(reader, table->address, header, sizeof(header), err);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 4, &unit);
	bytes_u64(bytes, 8, &bitmap->base);
	bytes_u64(bytes, 16, &bitmap->size);
	bitmap->unit = unit;
	/* The header may have changed since the table was examined. */
	if (!unit || bitmap->size > efi_table_size(table) - HEADER_BYTES)
		return error_set(err, EBADMSG, "its header has changed");
	return 0;
}

/* Returns the number of bits that stand for memory below ram_end; the rest is ignored. */
static uint64_t count_units(const struct bitmap *bitmap, uint64_t ram_end)
{
	uint64_t units = bitmap->size * 8, needed;

	if (bitmap->base >= ram_end)
		return 0;
	needed = (ram_end - bitmap->base - 1) / bitmap->unit + 1;
	return units < needed ? units : needed;
}

static int remove_units(const struct bitmap *bitmap, uint64_t first, uint64_t end,
			struct memory_map *map)
{
	uint64_t from = bitmap->base + first * bitmap->unit, to, size;

	if (!multiply_u64(end - first, bitmap->unit, &size) || !add_u64(from, size, &to))
		to = UINT64_MAX;
	return memory_map_remove(map, from, to);
}

static int remove_unaccepted(const struct bitmap *bitmap, const uint8_t *bits,
			     uint64_t units, struct memory_map *map)
{
	uint64_t unit = 0, first;

	while (unit < units) {
		if (!(bits[unit / 8] >> unit % 8 & 1)) {
			unit++;
			continue;
		}
		for (first = unit; unit < units && bits[unit / 8] >> unit % 8 & 1;)
			unit++;
		if (remove_units(bitmap, first, unit, map) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int avoid(struct physical_memory_reader *reader,
		 const struct efi_config_table *table, struct machine *machine,
		 struct error *err)
{
	_cleanup_free_ uint8_t *bits = NULL;
	struct bitmap bitmap;
	uint64_t units;
	size_t size;
	int rc = read_header(reader, table, &bitmap, err);

	if (rc < 0)
		return rc;
	units = count_units(&bitmap, machine->ram_end);
	size = (size_t)((units + 7) / 8);
	if (!size)
		return 0;
	bits = malloc(size);
	if (!bits)
		return error_no_memory(err);
	rc = physical_memory_read(reader, table->address + HEADER_BYTES, bits, size, err);
	if (!rc && remove_unaccepted(&bitmap, bits, units, &machine->placeable) < 0)
		rc = error_no_memory(err);
	return rc;
}

/* Returns false if memory is not accepted, or if /proc/meminfo does not say. */
static bool all_is_accepted(const char *meminfo)
{
	uint64_t bytes;

	return machine_find_meminfo(meminfo, "Unaccepted", &bytes) && !bytes;
}

int machine_avoid_unaccepted(struct physical_memory_reader *reader,
			     struct machine *machine, struct error *err)
{
	const struct efi_config_table *table =
		efi_find_table(&machine->efi.tables, EFI_TABLE_UNACCEPTED_MEMORY);
	uint64_t before = memory_map_total(&machine->placeable, MEMORY_RAM), after;
	_cleanup_error_ struct error why = { 0 };
	int rc;

	if (!table || all_is_accepted(machine->meminfo))
		return 0;
	rc = table->state == EFI_TABLE_INTACT
		     ? avoid(reader, table, machine, &why)
		     : error_set(&why, EBADMSG, "%s",
				 table->problem ? table->problem : "it was not read");
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		return machine_place_nowhere(
			machine, err,
			"which memory of this confidential guest is not accepted yet is "
			"unknown, and nothing can be placed there: the table of it at "
			"0x%" PRIx64 ": %s; accept_memory=eager on the kernel's command "
			"line avoids that",
			table->address, why.message);
	after = memory_map_total(&machine->placeable, MEMORY_RAM);
	if (after != before)
		machine_note(machine,
			     "0x%" PRIx64
			     " bytes of RAM are not accepted yet: nothing is "
			     "placed there",
			     before - after);
	if (before && !after)
		return machine_place_nowhere(
			machine, err,
			"all RAM in which a kernel could be placed is not accepted yet; "
			"accept_memory=eager on the kernel's command line avoids that");
	return 0;
}
