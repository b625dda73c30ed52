// SPDX-License-Identifier: GPL-2.0-only
#include "plan/plan_picture.h"

#include <errno.h>
#include <string.h>

#include "abi/efi.h"
#include "plan/plan_identity_map.h"
#include "plan/plan_segments.h"
#include "util/bytes.h"

/* Of /proc/iomem; a machine may have two. */
#define CRASH_REGION_NAME "Crash kernel"

static const struct {
	enum memory_type type;
	enum picture_kind kind;
} memory_kinds[] = {
	{ MEMORY_RAM, PICTURE_RAM },
	{ MEMORY_RESERVED, PICTURE_RESERVED },
	{ MEMORY_ACPI_TABLES, PICTURE_ACPI_TABLES },
	{ MEMORY_ACPI_NVS, PICTURE_ACPI_NVS },
	{ MEMORY_UNUSABLE, PICTURE_UNUSABLE },
	{ MEMORY_PERSISTENT, PICTURE_PERSISTENT },
	{ MEMORY_PERSISTENT_LEGACY, PICTURE_PERSISTENT },
	{ MEMORY_SOFT_RESERVED, PICTURE_SOFT_RESERVED },
};

/* A row with one range. */
static int add_one(struct picture *picture, enum picture_kind kind, const char *name,
		   uint64_t start, uint64_t end)
{
	return picture_add_row(picture, kind, name) < 0
		       ? -ENOMEM
		       : picture_add_range(picture, start, end);
}

static int add_memory(const struct memory_map *memory, struct picture *picture)
{
	size_t i, j;

	for (i = 0; i < sizeof(memory_kinds) / sizeof(memory_kinds[0]); i++) {
		enum memory_type type = memory_kinds[i].type;

		if (!memory_map_end_of(memory, type))
			continue;
		if (picture_add_row(picture, memory_kinds[i].kind,
				    memory_type_name(type)) < 0)
			return -ENOMEM;
		for (j = 0; j < memory->count; j++)
			if (memory->ranges[j].type == type &&
			    picture_add_range(picture, memory->ranges[j].start,
					      memory->ranges[j].end) < 0)
				return -ENOMEM;
	}
	return 0;
}

static int add_crash_regions(const struct iomem *iomem, struct picture *picture)
{
	bool found = false;
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];

		if (strcmp(line->name, CRASH_REGION_NAME) != 0)
			continue;
		if (!found &&
		    picture_add_row(picture, PICTURE_CRASH_REGION, CRASH_REGION_NAME) < 0)
			return -ENOMEM;
		found = true;
		if (picture_add_range(picture, line->start, line->end) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_segments(const struct image *image, struct picture *picture)
{
	const struct segment *sorted[IMAGE_SEGMENTS_MAX];
	size_t i;

	plan_sort_segments(image, sorted);
	for (i = 0; i < image->segment_count; i++)
		if (add_one(picture, PICTURE_SEGMENT, sorted[i]->name, sorted[i]->start,
			    sorted[i]->end) < 0)
			return -ENOMEM;
	return 0;
}

static int add_table(const struct efi_config_table *table, struct picture *picture)
{
	size_t i;

	if (!table->part_count)
		return add_one(picture, PICTURE_TABLE, table->name, table->address,
			       table->address);
	if (picture_add_row(picture, PICTURE_TABLE, table->name) < 0)
		return -ENOMEM;
	for (i = 0; i < table->part_count; i++)
		if (picture_add_range(picture, table->parts[i].start,
				      table->parts[i].end) < 0)
			return -ENOMEM;
	return 0;
}

/* An address of 0 is unknown. An end that does not fit into 64 bits is unknown, too. */
static int add_known(struct picture *picture, const char *name, uint64_t address,
		     uint64_t size)
{
	uint64_t end;

	if (!address)
		return 0;
	if (!add_u64(address, size, &end))
		end = address;
	return add_one(picture, PICTURE_TABLE, name, address, end);
}

static int compare_tables(const void *left, const void *right)
{
	const struct efi_config_table *a = *(const struct efi_config_table *const *)left;
	const struct efi_config_table *b = *(const struct efi_config_table *const *)right;

	return a->address < b->address ? -1 : a->address > b->address;
}

static int add_tables(const struct efi_config_tables *tables, struct picture *picture)
{
	_cleanup_free_ const struct efi_config_table **sorted =
		calloc(tables->count + 1, sizeof(struct efi_config_table *));
	size_t i;

	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < tables->count; i++)
		sorted[i] = &tables->tables[i];
	qsort(sorted, tables->count, sizeof(struct efi_config_table *), compare_tables);
	for (i = 0; i < tables->count; i++)
		if (add_table(sorted[i], picture) < 0)
			return -ENOMEM;
	return 0;
}

static int add_efi(const struct machine *machine, struct picture *picture)
{
	const struct efi_facts *efi = &machine->efi;

	if (add_known(picture, "system table", efi->system_table, EFI_SYSTEM_TABLE_SIZE) <
		    0 ||
	    add_known(picture, "config table array", efi->config_table_array,
		      efi->table_count * (uint64_t)EFI_CONFIG_TABLE_SIZE) < 0 ||
	    add_tables(&efi->tables, picture) < 0)
		return -ENOMEM;
	return add_tables(&machine->cc_blob, picture);
}

static int add_mappings(const struct machine *machine, const struct image *image,
			struct picture *picture)
{
	struct plan_mapping mappings[PLAN_MAPPINGS_MAX];
	size_t count = plan_mappings(machine, image, mappings), i;

	for (i = 0; i < count; i++) {
		uint64_t start = mappings[i].start, end = mappings[i].end;

		if (add_one(picture, PICTURE_MAPPED, mappings[i].what, start,
			    end ? end : start) < 0)
			return -ENOMEM;
	}
	return 0;
}

int plan_make_picture(const struct machine *machine, const struct image *image,
		      struct picture *picture)
{
	if (add_memory(&machine->memory, picture) < 0 ||
	    add_crash_regions(&machine->iomem, picture) < 0 ||
	    add_segments(image, picture) < 0 || add_efi(machine, picture) < 0)
		return -ENOMEM;
	return add_mappings(machine, image, picture);
}
