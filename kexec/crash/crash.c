// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts that only a crash kernel has. Reads the crash facts; adds segments and
 * parameters to the image.
 */
#include "crash/crash.h"

#include <errno.h>

#include "crash/elf_core_header.h"
#include "util/sizes.h"

/* kexec-tools' alignment. The capture kernel takes elfcorehdr= at any byte. */
#define ELF_CORE_HEADER_ALIGNMENT 1024u

/* Smaller pieces of RAM are left out of memmap= to keep the command line short. */
#define MEMMAP_PIECE_MIN (100u * 1024)

int crash_place_region(const struct crash_facts *facts, const struct memory_map *memory,
		       struct memory_map *region, struct error *err)
{
	const struct memory_range *highest;
	size_t i;

	if (!facts->reserved.count)
		return error_set(err, ENODEV, "no crash kernel region is reserved");
	highest = &facts->reserved.ranges[facts->reserved.count - 1];
	if (memory_map_set(region, highest->start, highest->end, MEMORY_RAM) < 0)
		return error_no_memory(err);
	for (i = 0; i < memory->count; i++)
		if (memory->ranges[i].type == MEMORY_RESERVED &&
		    memory_map_remove(region, memory->ranges[i].start,
				      memory->ranges[i].end) < 0)
			return error_no_memory(err);
	return 0;
}

/*
 * Finds the part below 1 MiB of the first range of RAM, which the capture kernel needs
 * for its own start. With some firmware that range continues above 1 MiB. Returns false
 * without such RAM.
 */
static bool low_memory(const struct memory_map *ram, struct memory_range *low)
{
	if (!ram->count || ram->ranges[0].start >= MIB)
		return false;
	*low = ram->ranges[0];
	if (low->end > MIB)
		low->end = MIB;
	return true;
}

/*
 * The capture kernel uses the first MiB, so the dump has only the part that purgatory
 * copies away; reading the rest from /proc/vmcore would fail. For kexec_file_load, Linux
 * 5.5 and later also leaves it out (elf_header_exclude_ranges() in
 * arch/x86/kernel/crash.c).
 */
static int exclude_low_memory(const struct crash_facts *facts, struct memory_map *dump)
{
	struct memory_range copied = { 0 };
	int rc;

	if (facts->uses_low_memory && !low_memory(&facts->ram, &copied))
		copied = (struct memory_range){ 0 };
	rc = memory_map_remove(dump, 0, copied.start);
	return rc ? rc : memory_map_remove(dump, copied.end, MIB);
}

static int exclude_map(const struct memory_map *map, struct memory_map *dump)
{
	int rc = 0;
	size_t i;

	for (i = 0; i < map->count && !rc; i++)
		rc = memory_map_remove(dump, map->ranges[i].start, map->ranges[i].end);
	return rc;
}

/* Makes the map of the RAM to dump: all RAM except the capture kernel's. */
static int make_dump_map(const struct crash_facts *facts, struct memory_map *dump,
			 struct error *err)
{
	int rc = memory_map_copy(&facts->ram, dump);

	if (!rc)
		rc = exclude_low_memory(facts, dump);
	if (!rc)
		rc = exclude_map(&facts->reserved, dump);
	if (!rc)
		rc = exclude_map(&facts->cma, dump);
	return rc < 0 ? error_no_memory(err) : 0;
}

/*
 * Every kernel needs some of the first 640 KiB to start further CPUs. A running kernel
 * that uses them itself (crash_facts.uses_low_memory) would lose their contents from the
 * dump, so purgatory copies them away first.
 */
static int place_low_memory_copy(const struct crash_facts *facts, struct image *image,
				 struct elf_core_request *core, struct error *err)
{
	struct memory_range low;
	struct placement placement = { .name = "low memory copy", .highest = true };
	struct segment *segment;
	int rc;

	if (!facts->uses_low_memory || !low_memory(&facts->ram, &low))
		return 0;
	placement.size = low.end - low.start;
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	segment->unverified = true;
	segment->reserved = true;
	core->low_start = low.start;
	core->low_end = low.end;
	core->low_copy = segment->start;
	image->low_memory.start = low.start;
	image->low_memory.end = low.end;
	image->low_memory.copy = segment->start;
	return 0;
}

/*
 * With --hotplug the running kernel rewrites the header when CPUs or memory come and go.
 * It says how much room it needs, and purgatory must not verify what it writes.
 */
static int place_elf_core_header(const struct load_request *request,
				 const struct elf_core_request *core, struct image *image,
				 struct error *err)
{
	struct placement placement = {
		.name = "ELF core header",
		.alignment = ELF_CORE_HEADER_ALIGNMENT,
		.highest = true,
	};
	_cleanup_free_ uint8_t *header = NULL;
	struct segment *segment;
	size_t size = 0;
	uint8_t *data;
	int rc;

	rc = elf_core_header_make(core, &header, &size, err);
	if (rc < 0)
		return rc;
	placement.size = size;
	if (request->options->hotplug) {
		if (!request->crash->elfcorehdr_size)
			return error_set(
				err, ENOTSUP,
				"--hotplug: the running kernel cannot update the "
				"ELF core header (no /sys/kernel/"
				"crash_elfcorehdr_size); leave the option out");
		if (request->crash->elfcorehdr_size > size)
			placement.size = request->crash->elfcorehdr_size;
	}
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	data = segment_allocate(segment, size);
	if (!data)
		return error_no_memory(err);
	memcpy(data, header, size);
	segment->reserved = true;
	segment->unverified = request->options->hotplug;
	return 0;
}

int crash_place(const struct load_request *request, struct image *image,
		struct error *err)
{
	_cleanup_memory_map_ struct memory_map dump = { 0 };
	struct elf_core_request core = {
		.facts = request->crash,
		.dump = &dump,
		.elf32 = request->options->elf32_core_headers,
	};
	int rc;

	if (request->options->hotplug)
		image->hotplug = request->crash->takes_hotplug_flag
					 ? IMAGE_HOTPLUG_SEGMENTS
					 : IMAGE_HOTPLUG_ELF_CORE_HEADER;
	if (request->crash->cma_unlisted)
		image_warn(image,
			   "the running kernel does not list the memory of "
			   "crashkernel=,cma (/sys/kernel/kexec/crash_cma_ranges): the "
			   "crash kernel does without it; with -s it gets that memory");
	rc = make_dump_map(request->crash, &dump, err);
	if (!rc)
		rc = place_low_memory_copy(request->crash, image, &core, err);
	if (!rc)
		rc = place_elf_core_header(request, &core, image, err);
	return rc;
}

/* --pass-memmap-cmdline: the map as parameters (kernel-parameters.rst, "memmap="). */
static void print_memmap(FILE *stream, const struct memory_map *map)
{
	size_t i;

	fputs(" memmap=exactmap", stream);
	for (i = 0; i < map->count; i++) {
		const struct memory_range *range = &map->ranges[i];
		uint64_t start = align_up(range->start, 1024);
		uint64_t end = align_down(range->end, 1024);
		char sign = '@';

		switch (range->type) {
		case MEMORY_RESERVED:
		case MEMORY_UNUSABLE:
			/* Widen reserved ranges to whole KiB, the unit of memmap=. */
			start = align_down(range->start, 1024);
			end = align_up(range->end, 1024);
			sign = '$';
			break;
		case MEMORY_RAM:
			if (range->end - range->start < MEMMAP_PIECE_MIN)
				continue;
			break;
		case MEMORY_ACPI_TABLES:
		case MEMORY_ACPI_NVS:
			sign = '#';
			break;
		case MEMORY_PERSISTENT_LEGACY:
			sign = '!';
			break;
		default:
			continue;
		}
		if (start < end)
			fprintf(stream, " memmap=%lluK%c%lluK",
				(unsigned long long)((end - start) >> 10), sign,
				(unsigned long long)(start >> 10));
	}
}

int crash_add_parameters(const struct load_request *request, const struct memory_map *own,
			 struct image *image, struct error *err)
{
	const struct segment *header = image_find_segment(image, "ELF core header");
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return error_no_memory(err);
	fprintf(stream, "elfcorehdr=0x%llx", (unsigned long long)header->start);
	if (request->options->pass_memmap_cmdline)
		print_memmap(stream, own);
	if (fclose(stream)) {
		free(text);
		return error_no_memory(err);
	}
	image->added_command_line = text;
	return 0;
}
