// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of the EFI config tables. The running kernel reserves some tables without
 * changing its memory map, which still calls their memory RAM (memblock_reserve() of the
 * TPM log, for example). Images must not be placed there, and the next kernel must not
 * use that memory either.
 */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "efi/efi_table_layout.h"
#include "util/bytes.h"
#include "util/sizes.h"

/*
 * A PC has the ROMs of its adapters and of its BIOS here, or copies of them
 * (arch/x86/kernel/probe_roms.c in Linux). SMBIOS may lie here.
 */
#define ROMS_START 0xc0000u
#define ROMS_END   MIB

/* The facts that decide whether an address is memory. */
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

static bool has_owner(const struct iomem *iomem, uint64_t start, uint64_t end)
{
	unsigned ram_depth = UINT_MAX;
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];
		enum memory_type type;

		/* Lines within RAM are the kernel's own uses, such as "Crash kernel". */
		if (line->depth > ram_depth)
			continue;
		ram_depth = UINT_MAX;
		if (iomem_is_ram(line))
			ram_depth = line->depth;
		else if (overlaps(start, end, line->start, line->end) &&
			 memory_type_from_name(line->name, &type) < 0)
			return true;
	}
	return false;
}

/*
 * Reserved ranges may hold registers, such as PCI configuration space, and the firmware's
 * memory map does not say which. A range with an owner in /proc/iomem counts as
 * registers, and every range does if that file cannot be read.
 */
static bool holds_registers(const struct known_memory *known, uint64_t start,
			    uint64_t end)
{
	const struct efi_facts *efi = known->efi;
	size_t i;

	if (start >= ROMS_START && end <= ROMS_END)
		return false;
	if (!known->iomem->count || has_owner(known->iomem, start, end))
		return true;
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

/* RAM is always memory: an owner that /proc/iomem shows there is the kernel itself. */
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
		return error_set(err, ENXIO, "no memory of %zu bytes at 0x%" PRIx64, size,
				 address);
	return physical_memory_read(known->reader, address, buffer, size, err);
}

static int examine_tables(const struct efi_table_source *source, bool checksums,
			  struct efi_config_tables *tables, struct error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < tables->count && !rc; i++)
		rc = efi_table_examine(source, checksums, &tables->tables[i], err);
	return rc;
}

/* The CC blob of setup_data comes first, so that the array cannot use up its budget. */
int machine_examine_tables(struct physical_memory_reader *reader,
			   const struct memory_map *map, bool checksums,
			   struct machine *machine, struct error *err)
{
	struct known_memory known = { reader, map, &machine->iomem, &machine->efi };
	struct efi_table_budget budget = EFI_TABLE_BUDGET;
	const struct efi_table_source source = { read_memory, is_memory, &known,
						 &budget };
	int rc = examine_tables(&source, checksums, &machine->cc_blob, err);

	return rc ? rc : examine_tables(&source, checksums, &machine->efi.tables, err);
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

/* Rounds outwards: kernels do not use a page that is only partly RAM. */
static struct efi_table_part whole_pages(uint64_t start, uint64_t end)
{
	return (struct efi_table_part){
		align_down(start, PAGE_BYTES),
		end > UINT64_MAX - PAGE_BYTES ? UINT64_MAX : align_up(end, PAGE_BYTES),
	};
}

static int keep(struct memory_map *map, struct efi_table_part pages)
{
	return machine_take_from_ram(map, pages.start, pages.end, MEMORY_RESERVED);
}

/* before: the map before tables were reserved, because tables can share a page. */
static enum efi_table_reserved_by find_reserved_by(const struct memory_map *firmware,
						   const struct memory_map *before,
						   const struct efi_facts *efi,
						   uint64_t address)
{
	const struct memory_range *first = memory_map_find(firmware, address);
	const struct memory_range *then = memory_map_find(before, address);

	if (!first || (then && then->type == MEMORY_RAM))
		return EFI_TABLE_RESERVED_BY_NONE;
	if (first->type != MEMORY_RAM)
		return EFI_TABLE_RESERVED_BY_FIRMWARE;
	return in_runtime_map(efi, address) ? EFI_TABLE_RESERVED_BY_RUNTIME_MAP
					    : EFI_TABLE_RESERVED_BY_KERNEL;
}

/*
 * The firmware allocates a table in memory of one type, so a table that begins outside of
 * RAM does not reach into RAM.
 */
static void limit_guess(const struct memory_range *first, struct efi_config_table *table)
{
	if (table->guessed && first && first->type != MEMORY_RAM &&
	    table->parts[0].end > first->end)
		table->parts[0].end = first->end;
}

static int protect_table(const struct memory_map *firmware,
			 const struct memory_map *before, struct machine *machine,
			 struct efi_config_table *table)
{
	const struct memory_range *first = memory_map_find(firmware, table->address);
	size_t i;

	table->memory_known = first != NULL;
	if (first)
		table->memory = first->type;
	table->reserved_by =
		find_reserved_by(firmware, before, &machine->efi, table->address);
	limit_guess(first, table);
	for (i = 0; i < table->part_count; i++) {
		struct efi_table_part pages =
			whole_pages(table->parts[i].start, table->parts[i].end);

		if (pages.start < PAGE_BYTES)
			pages.start = PAGE_BYTES;
		if (keep(&machine->memory, pages) < 0)
			return -ENOMEM;
		if (memory_map_has_type(before, pages.start, pages.end, MEMORY_RAM))
			table->reserved_by = EFI_TABLE_RESERVED_BY_KEXEC;
	}
	return 0;
}

/* Reserves the system table and the array, which usually lie in firmware memory. */
static int protect_array(struct machine *machine)
{
	const struct efi_facts *efi = &machine->efi;
	uint64_t end;

	if (efi->system_table &&
	    add_u64(efi->system_table, EFI_SYSTEM_TABLE_SIZE, &end) &&
	    keep(&machine->memory, whole_pages(efi->system_table, end)) < 0)
		return -ENOMEM;
	if (efi->config_table_array && efi->table_count &&
	    add_u64(efi->config_table_array,
		    efi->table_count * (uint64_t)EFI_CONFIG_TABLE_SIZE, &end) &&
	    keep(&machine->memory, whole_pages(efi->config_table_array, end)) < 0)
		return -ENOMEM;
	return 0;
}

static void note_table(struct machine *machine, const struct efi_config_table *table)
{
	uint64_t size = efi_table_size(table);

	/* Memory that is not RAM stays reserved, so the length does not matter. */
	if (!table->problem || (table->state == EFI_TABLE_UNREADABLE &&
				table->reserved_by == EFI_TABLE_RESERVED_BY_FIRMWARE))
		return;
	machine_note(machine,
		     "%s\"%s\" at 0x%" PRIx64 ": %s; 0x%" PRIx64 " bytes are kept for it",
		     table == machine->cc_blob.tables ? "" : "EFI config table ",
		     table->name, table->address, table->problem, size);
}

static int protect_tables(const struct memory_map *firmware,
			  const struct memory_map *before, struct machine *machine,
			  struct efi_config_tables *tables)
{
	size_t i;

	for (i = 0; i < tables->count; i++) {
		if (protect_table(firmware, before, machine, &tables->tables[i]) < 0)
			return -ENOMEM;
		note_table(machine, &tables->tables[i]);
	}
	return 0;
}

int machine_protect_tables(struct physical_memory_reader *reader,
			   const struct memory_map *firmware, bool checksums,
			   struct machine *machine, struct error *err)
{
	_cleanup_memory_map_ struct memory_map before = { 0 };
	int rc = machine_examine_tables(reader, firmware, checksums, machine, err);

	if (rc < 0)
		return rc;
	if (memory_map_copy(&machine->memory, &before) < 0 ||
	    protect_array(machine) < 0 ||
	    protect_tables(firmware, &before, machine, &machine->efi.tables) < 0 ||
	    protect_tables(firmware, &before, machine, &machine->cc_blob) < 0)
		return error_no_memory(err);
	return 0;
}
