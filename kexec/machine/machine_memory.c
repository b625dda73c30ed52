// SPDX-License-Identifier: GPL-2.0-only
/* The memory map as the running kernel got it from its firmware, or from /proc/iomem. */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory/iomem.h"
#include "util/command_line.h"
#include "util/directory.h"

#define FIRMWARE_MAP_PATH "sys/firmware/memmap"

/* If two entries disagree about a range, the more restrictive type wins. */
static int restrictiveness(enum memory_type type)
{
	switch (type) {
	case MEMORY_RAM:
		return 0;
	case MEMORY_SOFT_RESERVED:
		return 1;
	case MEMORY_PERSISTENT_LEGACY:
		return 2;
	case MEMORY_PERSISTENT:
		return 3;
	case MEMORY_ACPI_TABLES:
		return 4;
	case MEMORY_ACPI_NVS:
		return 5;
	case MEMORY_RESERVED:
		return 6;
	case MEMORY_UNUSABLE:
		return 7;
	}
	return 6;
}

static int by_restrictiveness(const void *a, const void *b)
{
	const struct memory_range *left = a, *right = b;

	return restrictiveness(left->type) - restrictiveness(right->type);
}

/* Makes a map of ranges, which may overlap and be in any order; sorts them in place. */
static int build_map(struct memory_range *ranges, size_t count, const char *source,
		     struct memory_map *map, struct error *err)
{
	_cleanup_memory_map_ struct memory_map made = { 0 };
	size_t i;

	if (count)
		qsort(ranges, count, sizeof(*ranges), by_restrictiveness);
	for (i = 0; i < count; i++) {
		if (memory_map_set(&made, ranges[i].start, ranges[i].end,
				   ranges[i].type) < 0)
			return error_no_memory(err);
	}
	if (!memory_map_end_of(&made, MEMORY_RAM))
		return error_set(err, ENODATA, "/%s names no System RAM", source);
	*map = made;
	made = (struct memory_map){ 0 };
	return 0;
}

static int read_entry_type(const struct root *root, const char *entry,
			   struct machine *machine, enum memory_type *type,
			   struct error *err)
{
	_cleanup_free_ char *text = NULL;
	int rc = root_readf_file(root, 4096, &text, NULL, err, "%s/%s/type",
				 FIRMWARE_MAP_PATH, entry);

	if (rc < 0)
		return rc;
	text[strcspn(text, "\r\n")] = '\0';
	if (memory_type_from_name(text, type) < 0) {
		machine_note(machine,
			     "/%s/%s/type: unknown type \"%s\", taken as reserved",
			     FIRMWARE_MAP_PATH, entry, text);
		*type = MEMORY_RESERVED;
	}
	return 0;
}

/* The "end" file holds the last byte (drivers/firmware/memmap.c in the kernel). */
static int read_entry(const struct root *root, const char *entry, struct machine *machine,
		      struct memory_range *range, struct error *err)
{
	uint64_t last = 0;
	int rc;

	rc = root_readf_u64(root, &range->start, err, "%s/%s/start", FIRMWARE_MAP_PATH,
			    entry);
	if (!rc)
		rc = root_readf_u64(root, &last, err, "%s/%s/end", FIRMWARE_MAP_PATH,
				    entry);
	if (!rc)
		rc = read_entry_type(root, entry, machine, &range->type, err);
	if (rc < 0)
		return rc;
	if (last == range->start - 1) {
		range->end = range->start; /* empty, possibly at address 0 */
		return 0;
	}
	if (last < range->start)
		return error_set(err, EINVAL,
				 "/%s/%s ends at 0x%" PRIx64
				 ", before its start 0x%" PRIx64,
				 FIRMWARE_MAP_PATH, entry, last, range->start);
	range->end = last == UINT64_MAX ? last : last + 1;
	return 0;
}

static int map_from_firmware(const struct root *root, struct machine *machine,
			     struct memory_map *map, struct error *err)
{
	_cleanup_string_list_ struct string_list entries = { 0 };
	_cleanup_free_ struct memory_range *ranges = NULL;
	size_t count = 0, i;
	int rc;

	rc = root_list(root, FIRMWARE_MAP_PATH, &entries, err);
	if (rc < 0)
		return rc;
	ranges = calloc(entries.count + 1, sizeof(*ranges));
	if (!ranges)
		return error_no_memory(err);
	for (i = 0; i < entries.count; i++) {
		const char *name = entries.items[i];

		if (name[strspn(name, "0123456789")])
			continue;
		rc = read_entry(root, name, machine, &ranges[count], err);
		if (rc < 0)
			return rc;
		count++;
	}
	return build_map(ranges, count, FIRMWARE_MAP_PATH, map, err);
}

/*
 * Uses lines of all depths, because a broken host bridge may have claimed a range around
 * Reserved memory or System RAM, which then are its children.
 */
static int map_from_iomem(const struct iomem *iomem, struct memory_map *map,
			  struct error *err)
{
	_cleanup_free_ struct memory_range *ranges = NULL;
	size_t count = 0, i;

	ranges = calloc(iomem->count, sizeof(*ranges));
	if (!ranges)
		return error_no_memory(err);
	for (i = 0; i < iomem->count; i++) {
		struct memory_range range = { iomem->lines[i].start, iomem->lines[i].end,
					      MEMORY_RAM };

		if (!memory_type_from_name(iomem->lines[i].name, &range.type))
			ranges[count++] = range;
	}
	return build_map(ranges, count, IOMEM_PATH, map, err);
}

/*
 * Returns why /proc/iomem comes first, or NULL.
 * With add_efi_memmap the kernel has put the EFI memory map into its own, which only
 * /proc/iomem shows (arch/x86/platform/efi/efi.c).
 */
static const char *prefers_iomem(const struct machine *machine)
{
	if (machine->xen_role == XEN_ROLE_DOM0)
		return " with the lines of the Xen hypervisor";
	if (machine->command_line &&
	    command_line_has(machine->command_line, "add_efi_memmap"))
		return " because of add_efi_memmap";
	return NULL;
}

static int read_either(const struct root *root, struct machine *machine,
		       struct error *err)
{
	_cleanup_error_ struct error first = { 0 }, second = { 0 };
	const char *iomem_first = prefers_iomem(machine);
	int turn, rc = 0;

	for (turn = 0; turn < 2; turn++) {
		struct error *why = turn ? &second : &first;
		bool from_iomem = (iomem_first != NULL) == !turn;

		if (!from_iomem)
			rc = map_from_firmware(root, machine, &machine->memory, why);
		else if (machine->no_iomem.number)
			rc = error_set(why, machine->no_iomem.number, "%s",
				       machine->no_iomem.message);
		else
			rc = map_from_iomem(&machine->iomem, &machine->memory, why);
		if (rc == -ENOMEM)
			return error_no_memory(err);
		if (rc < 0)
			continue;
		machine_note(machine, "the memory map comes from /%s%s%s",
			     from_iomem ? IOMEM_PATH : FIRMWARE_MAP_PATH,
			     turn	   ? ": "
			     : iomem_first ? iomem_first
					   : "",
			     turn ? first.message : "");
		return 0;
	}
	return error_set(err, -rc, "no memory map: %s; %s", first.message,
			 second.message);
}

int machine_read_memory(struct physical_memory_reader *reader, bool checksums,
			struct machine *machine, struct error *err)
{
	const struct root *root = reader->root;
	int rc = read_either(root, machine, err);

	if (rc < 0)
		return rc;
	if (machine->no_iomem.number)
		machine_note(machine, "%s; ranges that the kernel reserved are unknown",
			     machine->no_iomem.message);
	if (machine->iomem.skipped)
		machine_note(machine, "/%s: %zu lines were not understood", IOMEM_PATH,
			     machine->iomem.skipped);
	machine_find_framebuffer(root, machine);
	rc = machine_keep_unknown_types(machine, err);
	if (rc < 0)
		return rc;
	rc = machine_reserve_memory(reader, checksums, machine, err);
	return rc ? rc : machine_find_placeable(root, reader, machine, err);
}
