// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of the EFI config tables. Some lie in RAM that the running kernel keeps for
 * them and that its memory map still calls RAM (memblock_reserve() of the TPM log, for
 * one): no image may be placed there, and the next kernel must not use it either.
 */
#include "machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "efi_table_layout.h"
#include "util/bytes.h"

/* UEFI specification 2.10, 7.2: registers of devices that the firmware itself uses. */
#define EFI_MEMORY_MAPPED_IO	  11u
#define EFI_MEMORY_MAPPED_IO_PORT 12u

/* What decides whether an address is memory. */
struct known_memory {
	struct physical_memory_reader *reader;
	const struct memory_map *map;
	const struct iomem *iomem;
	const struct efi_facts *efi;
};

static bool overlaps(uint64_t start, uint64_t end, uint64_t other_start,
		     uint64_t other_end)
{
	return start < other_end && other_start < end;
}

/*
 * Reserved ranges may hold registers, and firmware's memory map does not tell: PCI
 * configuration space is one. Whatever has an owner in /proc/iomem is taken for that.
 */
static bool holds_registers(const struct known_memory *known, uint64_t start,
			    uint64_t end)
{
	const struct iomem *iomem = known->iomem;
	const struct efi_facts *efi = known->efi;
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		enum memory_type type;

		if (overlaps(start, end, iomem->lines[i].start, iomem->lines[i].end) &&
		    memory_type_from_name(iomem->lines[i].name, &type) < 0)
			return true;
	}
	for (i = 0; i < efi->runtime_map_count; i++) {
		const struct efi_memory_descriptor *range = &efi->runtime_map[i];

		if ((range->type == EFI_MEMORY_MAPPED_IO ||
		     range->type == EFI_MEMORY_MAPPED_IO_PORT) &&
		    overlaps(start, end, range->physical_start,
			     range->physical_start + range->page_count * PAGE_BYTES))
			return true;
	}
	return false;
}

/* Within RAM /proc/iomem has lines as well, those of the kernel itself. */
static bool is_memory(void *context, uint64_t start, uint64_t end)
{
	const struct known_memory *known = context;

	while (start < end) {
		const struct memory_range *range = memory_map_find(known->map, start);
		uint64_t part_end;

		if (!range)
			return false;
		part_end = range->end < end ? range->end : end;
		if (range->type != MEMORY_RAM && holds_registers(known, start, part_end))
			return false;
		start = part_end;
	}
	return true;
}

static int read_memory(void *context, uint64_t address, void *buffer, size_t size,
		       struct error *err)
{
	const struct known_memory *known = context;
	uint64_t end;

	if (!add_u64(address, size, &end) || !is_memory(context, address, end))
		return error_set(err, ENXIO,
				 "there is no memory of %zu bytes at 0x%" PRIx64, size,
				 address);
	return physical_memory_read(known->reader, address, buffer, size, err);
}

int machine_examine_tables(struct physical_memory_reader *reader,
			   const struct memory_map *map, const struct iomem *iomem,
			   bool checksums, struct efi_facts *efi, struct error *err)
{
	struct known_memory known = { reader, map, iomem, efi };
	struct efi_table_budget budget = EFI_TABLE_BUDGET;
	const struct efi_table_source source = { read_memory, is_memory, &known,
						 &budget };
	size_t i;
	int rc = 0;

	for (i = 0; i < efi->tables.count && !rc; i++)
		rc = efi_table_examine(&source, checksums, &efi->tables.tables[i], err);
	return rc;
}

static bool in_runtime_map(const struct efi_facts *efi, uint64_t address)
{
	size_t i;

	for (i = 0; i < efi->runtime_map_count; i++) {
		const struct efi_memory_descriptor *range = &efi->runtime_map[i];

		if (address >= range->physical_start &&
		    address - range->physical_start < range->page_count * PAGE_BYTES)
			return true;
	}
	return false;
}

/* Whole pages: no kernel uses a page that is RAM in part. */
static int keep(struct memory_map *map, uint64_t start, uint64_t end)
{
	end = end > UINT64_MAX - PAGE_BYTES ? UINT64_MAX : align_up(end, PAGE_BYTES);
	return machine_take_from_ram(map, align_down(start, PAGE_BYTES), end,
				     MEMORY_RESERVED);
}

static int protect_table(const struct memory_map *firmware, struct machine *machine,
			 struct efi_config_table *table)
{
	const struct memory_range *before = memory_map_find(firmware, table->address);
	const struct memory_range *now =
		memory_map_find(&machine->memory, table->address);
	uint64_t ram = memory_map_total(&machine->memory, MEMORY_RAM);
	size_t i;

	table->memory_known = before != NULL;
	if (before)
		table->memory = before->type;
	if (!before || (before->type == MEMORY_RAM && now && now->type == MEMORY_RAM))
		table->keeper = EFI_TABLE_KEEPER_NONE;
	else if (before->type != MEMORY_RAM)
		table->keeper = EFI_TABLE_KEEPER_FIRMWARE;
	else if (in_runtime_map(&machine->efi, table->address))
		table->keeper = EFI_TABLE_KEEPER_RUNTIME_MAP;
	else
		table->keeper = EFI_TABLE_KEEPER_KERNEL;
	for (i = 0; i < table->part_count; i++)
		if (keep(&machine->memory, table->parts[i].start, table->parts[i].end) <
		    0)
			return -ENOMEM;
	if (memory_map_total(&machine->memory, MEMORY_RAM) != ram)
		table->keeper = EFI_TABLE_KEEPER_KEXEC;
	return 0;
}

/* What the tables are found through; mostly it lies in the firmware's own memory. */
static int protect_array(struct machine *machine)
{
	const struct efi_facts *efi = &machine->efi;
	uint64_t end;

	if (efi->system_table &&
	    add_u64(efi->system_table, EFI_SYSTEM_TABLE_SIZE, &end) &&
	    keep(&machine->memory, efi->system_table, end) < 0)
		return -ENOMEM;
	if (efi->config_table_array && efi->table_count &&
	    add_u64(efi->config_table_array,
		    efi->table_count * (uint64_t)EFI_CONFIG_TABLE_SIZE, &end) &&
	    keep(&machine->memory, efi->config_table_array, end) < 0)
		return -ENOMEM;
	return 0;
}

static void note_table(struct machine *machine, const struct efi_config_table *table)
{
	uint64_t size = efi_table_size(table);

	/* Memory that is no RAM is kept however long the table is. */
	if (!table->problem || (table->state == EFI_TABLE_UNREADABLE &&
				table->keeper == EFI_TABLE_KEEPER_FIRMWARE))
		return;
	machine_note(machine,
		     "EFI config table \"%s\" at 0x%" PRIx64 ": %s; 0x%" PRIx64
		     " bytes are kept for it",
		     table->name, table->address, table->problem, size);
}

int machine_protect_tables(struct physical_memory_reader *reader,
			   const struct memory_map *firmware, const struct iomem *iomem,
			   struct machine *machine, struct error *err)
{
	struct efi_config_tables *tables = &machine->efi.tables;
	size_t i;
	int rc = machine_examine_tables(reader, firmware, iomem, false, &machine->efi,
					err);

	if (rc < 0)
		return rc;
	if (protect_array(machine) < 0)
		return error_no_memory(err);
	for (i = 0; i < tables->count; i++) {
		if (protect_table(firmware, machine, &tables->tables[i]) < 0)
			return error_no_memory(err);
		note_table(machine, &tables->tables[i]);
	}
	return 0;
}
