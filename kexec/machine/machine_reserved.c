// SPDX-License-Identifier: GPL-2.0-only
/* Takes from the memory map's RAM the ranges that the running kernel keeps reserved. */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "util/bytes.h"

/*
 * The first page keeps the firmware's type. The running kernel shows it as Reserved, and
 * may have it in the runtime map, only because every kernel reserves this page for itself
 * (trim_bios_range() in Linux, arch/x86/kernel/setup.c).
 */
int machine_take_from_ram(struct memory_map *map, uint64_t start, uint64_t end,
			  enum memory_type type)
{
	if (start < PAGE_BYTES)
		start = PAGE_BYTES;
	return start < end ? memory_map_retype(map, start, end, MEMORY_RAM, type) : 0;
}

/*
 * Finds the type that a line of /proc/iomem gives to RAM of the firmware's map. Returns
 * false for lines that do not matter for the next kernel's memory.
 */
static bool reserves(const struct iomem_line *line, enum memory_type *type)
{
	return !memory_type_from_name(line->name, type) && *type != MEMORY_RAM &&
	       *type != MEMORY_ACPI_NVS;
}

/*
 * Gives RAM of the firmware's map the type that /proc/iomem has for it.
 *
 * A kernel's e820_table, which /proc/iomem shows, differs from the firmware map (kernel
 * 6.1 and 6.12, arch/x86) by
 *  - EFI tables in boot services memory, efi_arch_mem_reserve(): must stay reserved;
 *  - graphics memory (early-quirks.c) and RAM that no MTRR covers (mtrr/cleanup.c): must
 *    not be used, and the next kernel finds the same;
 *  - memmap= and reserve= on the command line: stay reserved, as their reason is unknown.
 *    memmap=N!S makes it "Persistent Memory (legacy)", which may hold data, and
 *    efi_fake_mem= "Soft Reserved";
 *  - RAM that mem= or memmap= cut off: lacks a line, and stays RAM for the next kernel;
 *  - RAM that was removed while the kernel ran: lacks a line, see below;
 *  - the first page, see above;
 *  - ACPI tables from an initramfs, acpi_table_upgrade(): appear as ACPI Non-volatile
 *    Storage, at a new place with every boot. The next kernel makes its own copy. If the
 *    copies were passed on, every kexec would add one, so NVS lines are ignored.
 * setup_data is System RAM in /proc/iomem (E820_TYPE_RESERVED_KERN). The ranges that are
 * reserved here are the same after each kexec, so they do not accumulate.
 */
static int reserve_from_iomem(const struct iomem *iomem, struct memory_map *map)
{
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];
		enum memory_type type;

		if (!reserves(line, &type))
			continue;
		if (machine_take_from_ram(map, line->start, line->end, type) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Makes *missing the RAM of the map that is in no line for memory, of whatever type. */
static int find_missing(const struct iomem *iomem, const struct memory_map *map,
			struct memory_map *missing)
{
	enum memory_type type;
	size_t i;
	int rc = memory_map_copy_type(map, MEMORY_RAM, missing);

	for (i = 0; i < iomem->count && !rc; i++) {
		const struct iomem_line *line = &iomem->lines[i];

		if (iomem_is_ram(line) || !memory_type_from_name(line->name, &type))
			rc = memory_map_remove(missing, line->start, line->end);
	}
	/* The first page keeps the firmware's type. */
	return rc ? rc : memory_map_remove(missing, 0, PAGE_BYTES);
}

/*
 * Takes out of the map the RAM that was removed while the kernel ran: the firmware's map
 * still has it if it was there at boot, because firmware_map_remove() in Linux
 * (mm/memory_hotplug.c) finds only ranges that were added later. The next kernel would
 * use what no longer exists. But RAM without a line may also be what a parameter cut off.
 * So it stays if there is such a parameter, or if /proc/iomem or the command line is not
 * known for certain.
 */
static int drop_removed(struct machine *machine)
{
	_cleanup_memory_map_ struct memory_map missing = { 0 };
	uint64_t total;
	size_t i;

	if (machine->no_iomem.number || machine->iomem.skipped ||
	    !machine->command_line || machine_cutting_parameter(machine))
		return 0;
	if (find_missing(&machine->iomem, &machine->memory, &missing) < 0)
		return -ENOMEM;
	total = memory_map_total(&missing, MEMORY_RAM);
	/* An /proc/iomem without any RAM is not believed. */
	if (!total ||
	    total + PAGE_BYTES >= memory_map_total(&machine->memory, MEMORY_RAM))
		return 0;
	for (i = 0; i < missing.count; i++)
		if (memory_map_remove(&machine->memory, missing.ranges[i].start,
				      missing.ranges[i].end) < 0)
			return -ENOMEM;
	machine_note(machine,
		     "0x%" PRIx64 " bytes of the map's RAM have no line in /" IOMEM_PATH
		     ": they were removed, and the next kernel does not get them",
		     total);
	return 0;
}

/* Adds a note if the map has less RAM than before. */
static void note_correction(struct machine *machine, uint64_t before, const char *why)
{
	uint64_t after = memory_map_total(&machine->memory, MEMORY_RAM);

	if (after != before)
		machine_note(machine,
			     "0x%" PRIx64 " bytes of the map's RAM are reserved: %s",
			     before - after, why);
}

/* Includes RAM that the firmware map lacks, such as CXL or virtio memory. */
static uint64_t end_of_ram(const struct memory_map *map, const struct iomem *iomem)
{
	uint64_t end = memory_map_end_of(map, MEMORY_RAM);
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		if (iomem_is_ram(&iomem->lines[i]) && iomem->lines[i].end > end)
			end = iomem->lines[i].end;
	}
	return end;
}

/*
 * With 32-bit firmware a 64-bit kernel has all RAM in its runtime map, because the
 * firmware reads arguments there (should_map_region() in Linux,
 * arch/x86/platform/efi/efi.c). Of that RAM only ranges with EFI_MEMORY_RUNTIME are kept,
 * which the firmware has set or, in boot services memory, the kernel.
 */
static bool is_kept(const struct efi_memory_descriptor *range)
{
	if (range->attribute & EFI_MEMORY_RUNTIME)
		return true;
	switch (range->type) {
	case EFI_LOADER_CODE:
	case EFI_LOADER_DATA:
	case EFI_BOOT_SERVICES_CODE:
	case EFI_BOOT_SERVICES_DATA:
	case EFI_CONVENTIONAL_MEMORY:
		return false;
	}
	return true;
}

int machine_reserve_memory(struct physical_memory_reader *reader, bool checksums,
			   struct machine *machine, struct error *err)
{
	_cleanup_memory_map_ struct memory_map firmware = { 0 };
	const struct efi_facts *efi = &machine->efi;
	uint64_t before = memory_map_total(&machine->memory, MEMORY_RAM);
	size_t i;
	int rc;

	if (memory_map_copy(&machine->memory, &firmware) < 0)
		return error_no_memory(err);
	machine->ram_end = end_of_ram(&machine->memory, &machine->iomem);
	for (i = 0; i < efi->runtime_map_count; i++) {
		const struct efi_memory_descriptor *range = &efi->runtime_map[i];
		uint64_t end = range->physical_start + range->page_count * PAGE_BYTES;

		if (!is_kept(range))
			continue;
		if (machine_take_from_ram(&machine->memory, range->physical_start, end,
					  MEMORY_RESERVED) < 0)
			return error_no_memory(err);
	}
	note_correction(machine, before, "ranges of the EFI runtime map");
	before = memory_map_total(&machine->memory, MEMORY_RAM);
	if (reserve_from_iomem(&machine->iomem, &machine->memory) < 0)
		return error_no_memory(err);
	note_correction(machine, before, "ranges that /" IOMEM_PATH " reserves");
	if (drop_removed(machine) < 0)
		return error_no_memory(err);
	before = memory_map_total(&machine->memory, MEMORY_RAM);
	rc = machine_protect_tables(reader, &firmware, checksums, machine, err);
	if (rc < 0)
		return rc;
	note_correction(machine, before, "EFI config tables");
	return 0;
}
