// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the memory in which segments may be placed: the RAM that the running kernel uses
 * as ordinary RAM now. The firmware's memory map alone does not show it, because it also
 * calls RAM: emulated persistent memory (memmap=N!S), RAM that mem= has cut off, memory
 * of a driver, and memory that was removed.
 */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "abi/efi.h"
#include "util/bytes.h"
#include "util/command_line.h"

/* Parameters that make a kernel use less RAM than the firmware's map has. */
static const char *const cutting[] = { "mem", "memmap", "efi_fake_mem" };

/* Lines within RAM for the kernel's own uses of it. */
static const char *const own_names[] = { "Kernel code", "Kernel rodata", "Kernel data",
					 "Kernel bss", "Crash kernel" };

/* The meaning of a line of /proc/iomem for its range. */
enum claim {
	CLAIM_RAM,    /* the kernel's page allocator manages it */
	CLAIM_OWN,    /* the kernel's own use of its RAM */
	CLAIM_DEVICE, /* not RAM, but a range within it may be */
	CLAIM_NOT_RAM /* not RAM, nor is any range within it */
};

static enum claim claim_of(const struct iomem_line *line)
{
	enum memory_type type;
	size_t i;

	if (iomem_is_ordinary_ram(line))
		return CLAIM_RAM;
	for (i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++)
		if (!strcmp(line->name, own_names[i]))
			return CLAIM_OWN;
	if (iomem_is_ram(line) || !memory_type_from_name(line->name, &type))
		return CLAIM_NOT_RAM;
	return CLAIM_DEVICE;
}

/*
 * Sorts by depth, because a line overrides the line around it: RAM may lie in a bridge's
 * window, and a device's aperture in RAM. At the same depth RAM comes first. So if lines
 * contradict each other, the one that is not RAM wins.
 */
static int by_depth(const void *a, const void *b)
{
	const struct iomem_line *left = *(const struct iomem_line *const *)a;
	const struct iomem_line *right = *(const struct iomem_line *const *)b;

	if (left->depth != right->depth)
		return left->depth < right->depth ? -1 : 1;
	return (int)claim_of(left) - (int)claim_of(right);
}

/* Makes *used the ranges that the running kernel uses as ordinary RAM. */
static int find_used(const struct iomem *iomem, struct memory_map *used)
{
	_cleanup_free_ const struct iomem_line **lines =
		calloc(iomem->count + 1, sizeof(const struct iomem_line *));
	int rc = 0;
	size_t i;

	if (!lines)
		return -ENOMEM;
	for (i = 0; i < iomem->count; i++)
		lines[i] = &iomem->lines[i];
	qsort(lines, iomem->count, sizeof(const struct iomem_line *), by_depth);
	for (i = 0; i < iomem->count && !rc; i++) {
		enum claim claim = claim_of(lines[i]);

		if (claim == CLAIM_RAM)
			rc = memory_map_set(used, lines[i]->start, lines[i]->end,
					    MEMORY_RAM);
		else if (claim == CLAIM_DEVICE)
			rc = memory_map_remove(used, lines[i]->start, lines[i]->end);
	}
	for (i = 0; i < iomem->count && !rc; i++)
		if (claim_of(lines[i]) == CLAIM_NOT_RAM)
			rc = memory_map_remove(used, lines[i]->start, lines[i]->end);
	return rc;
}

/* Removes from map all ranges that are not in other. */
static int intersect(struct memory_map *map, const struct memory_map *other)
{
	uint64_t at = 0;
	size_t i;

	for (i = 0; i < other->count; i++) {
		if (memory_map_remove(map, at, other->ranges[i].start) < 0)
			return -ENOMEM;
		at = other->ranges[i].end;
	}
	return memory_map_remove(map, at, UINT64_MAX);
}

int machine_place_nowhere(struct machine *machine, struct error *err, const char *format,
			  ...)
{
	va_list args;
	int length;

	memory_map_clear(&machine->placeable);
	if (machine->nowhere)
		return 0;
	va_start(args, format);
	length = vasprintf(&machine->nowhere, format, args);
	va_end(args);
	if (length >= 0)
		return 0;
	machine->nowhere = NULL;
	return error_no_memory(err);
}

const char *machine_cutting_parameter(const struct machine *machine)
{
	const char *line = machine->command_line;
	size_t i;

	for (i = 0; line && i < sizeof(cutting) / sizeof(cutting[0]); i++)
		if (command_line_has(line, cutting[i]))
			return cutting[i];
	return NULL;
}

/* Without /proc/iomem the map's RAM is used, unless a parameter may have reduced it. */
static int place_without_iomem(struct machine *machine, struct error *err)
{
	const char *parameter = machine_cutting_parameter(machine);

	if (!parameter)
		return 0;
	return machine_place_nowhere(
		machine, err,
		"the running kernel was started with %s=, and %s, so what it uses as RAM "
		"is unknown and nothing can be placed there",
		parameter, machine->no_iomem.message);
}

static int place_by_iomem(struct machine *machine, struct error *err)
{
	_cleanup_memory_map_ struct memory_map used = { 0 };
	uint64_t before = memory_map_total(&machine->placeable, MEMORY_RAM), after;

	if (find_used(&machine->iomem, &used) < 0 ||
	    intersect(&machine->placeable, &used) < 0)
		return error_no_memory(err);
	after = memory_map_total(&machine->placeable, MEMORY_RAM);
	if (before && !after)
		return machine_place_nowhere(
			machine, err,
			"/%s has no line \"%s\" for what the memory map calls RAM, so "
			"nothing can be placed there",
			IOMEM_PATH, IOMEM_RAM_NAME);
	if (after != before)
		machine_note(machine,
			     "0x%" PRIx64
			     " bytes of the map's RAM are not used as RAM by "
			     "the running kernel: nothing is placed there",
			     before - after);
	return 0;
}

/*
 * The first kernel frees the memory of the INITRD table with the boot loader's initrd,
 * but the array goes on naming it, and every later kernel reads it. Newer ones also clear
 * its 16 bytes, whatever lies there by then (efi_config_parse_tables() in
 * drivers/firmware/efi/efi.c; Linux 7.2 does so, 6.1 does not).
 */
int machine_remove_overwritten(const struct machine *machine, struct memory_map *map)
{
	const struct efi_config_tables *tables = &machine->efi.tables;
	size_t i;
	int rc = 0;

	for (i = 0; i < tables->count && !rc; i++) {
		uint64_t start = tables->tables[i].address, end;

		if (tables->tables[i].kind != EFI_TABLE_INITRD ||
		    !add_u64(start, EFI_INITRD_TABLE_SIZE, &end) ||
		    end > UINT64_MAX - PAGE_BYTES)
			continue;
		rc = memory_map_remove(map, align_down(start, PAGE_BYTES),
				       align_up(end, PAGE_BYTES));
	}
	return rc;
}

int machine_find_placeable(const struct root *root, struct physical_memory_reader *reader,
			   struct machine *machine, struct error *err)
{
	int rc;

	/* Each kernel keeps the first page for itself, as Reserved. */
	if (memory_map_copy_type(&machine->memory, MEMORY_RAM, &machine->placeable) < 0 ||
	    memory_map_remove(&machine->placeable, 0, PAGE_BYTES) < 0)
		return error_no_memory(err);
	rc = machine->no_iomem.number ? place_without_iomem(machine, err)
				      : place_by_iomem(machine, err);
	if (!rc && machine_remove_overwritten(machine, &machine->placeable) < 0)
		return error_no_memory(err);
	/* The rest would be about memory blocks and pages of dom0, not of the machine. */
	if (rc || machine->xen_role == XEN_ROLE_DOM0)
		return rc;
	rc = machine_avoid_offline(root, machine, err);
	if (!rc)
		rc = machine_avoid_unaccepted(reader, machine, err);
	return rc ? rc : machine_avoid_poisoned(root, machine, err);
}
