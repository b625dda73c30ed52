// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory map that the next kernel gets. It is made here from the machine's memory,
 * the image's purpose and the places of its segments, and written here into boot_params.
 * No other file changes it. Reads the load request and the image; writes image->e820.
 */
#include "arch/x86_64/e820.h"

#include <errno.h>

#include "crash/crash_facts.h"
#include "util/sizes.h"

static int add_ram(const struct memory_map *ranges, struct memory_map *map)
{
	int rc = 0;
	size_t i;

	for (i = 0; i < ranges->count && !rc; i++)
		rc = memory_map_set(map, ranges->ranges[i].start, ranges->ranges[i].end,
				    MEMORY_RAM);
	return rc;
}

/* Normal start: the next kernel gets all memory that the running one was given. */
static int normal_map(const struct machine *machine, struct memory_map *map)
{
	return memory_map_copy(&machine->memory, map);
}

/* Kexec jump: RAM outside of the window belongs to the running kernel, so reserve it. */
static int jump_map(const struct machine *machine, const struct memory_map *window,
		    struct memory_map *map)
{
	int rc = memory_map_copy(&machine->memory, map);

	if (!rc)
		rc = memory_map_retype(map, 0, UINT64_MAX, MEMORY_RAM, MEMORY_RESERVED);
	return rc ? rc : add_ram(window, map);
}

/* Adds the machine's memory without its RAM above 1 MiB. */
static int add_but_high_ram(const struct machine *machine, struct memory_map *map)
{
	int rc = 0;
	size_t i;

	for (i = 0; i < machine->memory.count && !rc; i++) {
		const struct memory_range *range = &machine->memory.ranges[i];
		uint64_t end = range->end;

		if (range->type == MEMORY_RAM && end > MIB)
			end = MIB;
		if (range->start < end)
			rc = memory_map_set(map, range->start, end, range->type);
	}
	return rc;
}

/*
 * The crashed kernel may have used soft-reserved or persistent memory as RAM (dax/kmem).
 * Such memory belongs in the dump, so it becomes Reserved. With its own type, a driver of
 * the capture kernel could claim and overwrite it: drivers/dax/hmem claims "Soft
 * Reserved" by default since 6.3, drivers/nvdimm/e820.c claims legacy persistent memory
 * if user space asks. Other persistent memory is found through ACPI tables, not by its
 * type.
 */
static int keep_what_was_used_as_ram(const struct memory_map *ram,
				     struct memory_map *e820)
{
	int rc = 0;
	size_t i;

	for (i = 0; i < ram->count && !rc; i++) {
		uint64_t start = ram->ranges[i].start, end = ram->ranges[i].end;

		rc = memory_map_retype(e820, start, end, MEMORY_SOFT_RESERVED,
				       MEMORY_RESERVED);
		if (!rc)
			rc = memory_map_retype(e820, start, end, MEMORY_PERSISTENT_LEGACY,
					       MEMORY_RESERVED);
	}
	return rc;
}

/*
 * A crash: the capture kernel has low memory, the reserved regions and the memory of
 * crashkernel=,cma. All other RAM belongs to the crashed kernel and is left out; ranges
 * that are not RAM are passed on unchanged.
 */
static int crash_map(const struct load_request *request, struct memory_map *map)
{
	int rc = add_ram(&request->crash->reserved, map);

	if (!rc)
		rc = add_ram(&request->crash->cma, map);
	if (!rc)
		rc = add_but_high_ram(request->machine, map);
	return rc ? rc : keep_what_was_used_as_ram(&request->crash->ram, map);
}

/* Reserves the segments that the next kernel must not use as free RAM. */
static int reserve_segments(const struct image *image, struct memory_map *map)
{
	int rc = 0;
	size_t i;

	for (i = 0; i < image->segment_count && !rc; i++)
		if (image->segments[i].reserved)
			rc = memory_map_retype(map, image->segments[i].start,
					       image->segments[i].end, MEMORY_RAM,
					       MEMORY_RESERVED);
	return rc;
}

int e820_make_own(const struct load_request *request, const struct image *image,
		  struct memory_map *map, struct error *err)
{
	int rc = 0;

	switch (image->purpose) {
	case IMAGE_NORMAL:
		rc = normal_map(request->machine, map);
		break;
	case IMAGE_CRASH:
		rc = crash_map(request, map);
		break;
	case IMAGE_JUMP:
		rc = jump_map(request->machine, &image->jump.window, map);
		break;
	}
	if (!rc)
		rc = reserve_segments(image, map);
	return rc < 0 ? error_no_memory(err) : 0;
}

int e820_make(const struct load_request *request, struct image *image, struct error *err)
{
	memory_map_clear(&image->e820);
	if (image->purpose != IMAGE_CRASH || !request->options->pass_memmap_cmdline)
		return e820_make_own(request, image, &image->e820, err);
	/* memmap=exactmap replaces it by the capture kernel's own memory. */
	if (normal_map(request->machine, &image->e820) < 0)
		return error_no_memory(err);
	return 0;
}

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

/*
 * The sizes of memory above 1 MiB for kernels that look there instead of at the e820:
 * screen_info.ext_mem_k (16 bits, at most 63 MiB) and alt_mem_k, in KiB.
 */
static void fill_extended_memory(const struct memory_map *memory,
				 struct boot_params *boot_params)
{
	const struct memory_range *range = memory_map_find(memory, MIB);
	uint64_t kib;
	uint16_t limited;

	boot_params->alt_mem_k = 0;
	memset(boot_params->screen_info + SCREEN_INFO_EXT_MEM_K, 0, sizeof(limited));
	if (!range || range->type != MEMORY_RAM)
		return;
	kib = (range->end - MIB) >> 10;
	boot_params->alt_mem_k = kib > UINT32_MAX ? UINT32_MAX : (uint32_t)kib;
	limited = kib > 0xfc00 ? 0xfc00 : (uint16_t)kib;
	memcpy(boot_params->screen_info + SCREEN_INFO_EXT_MEM_K, &limited,
	       sizeof(limited));
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
	fill_extended_memory(memory, boot_params);
	if (inside == memory->count)
		return 0;
	return add_extension(memory->ranges + inside, memory->count - inside, setup_data,
			     err);
}
