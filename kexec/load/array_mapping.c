// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the running kernel maps the EFI config table array by itself. Linux 6.12 does
 * (commit 5760929f6545, "x86/kexec: Add EFI config table identity mapping for kexec
 * kernel"). So do stable and distribution kernels with that change, but user space cannot
 * see it. Every kernel maps in pages of 2 MiB or larger (kernel_ident_mapping_init() in
 * arch/x86/mm/ident_map.c), so the array is mapped if it shares such a page with memory
 * that is mapped anyway.
 */
#include "load/array_mapping.h"

#include <errno.h>

#include "util/bytes.h"
#include "util/strings.h"

#define LARGE_PAGE_BYTES (2ull << 20)

/* The first MiB is always in the kernel's direct map (init_mem_mapping()). */
#define LOW_MEMORY_END (1ull << 20)

/* Adds [start, end) to the map, extended to whole large pages. */
static int add_mapped(struct memory_map *map, uint64_t start, uint64_t end)
{
	if (end > UINT64_MAX - LARGE_PAGE_BYTES)
		end = UINT64_MAX - LARGE_PAGE_BYTES;
	if (start >= end)
		return 0;
	return memory_map_set(map, align_down(start, LARGE_PAGE_BYTES),
			      align_up(end, LARGE_PAGE_BYTES), MEMORY_RAM);
}

/* Adds the whole pages of RAM: partial ones are not in the direct map. */
static int add_ram(struct memory_map *map, const struct iomem_line *line)
{
	uint64_t end = align_down(line->end, PAGE_BYTES);

	if (line->start > UINT64_MAX - PAGE_BYTES)
		return 0;
	return add_mapped(map, align_up(line->start, PAGE_BYTES), end);
}

/*
 * Makes the map as init_pgtable() of arch/x86/kernel/machine_kexec_64.c does: RAM in all
 * kernels; the EFI system table and ACPI since 5.2, all ACPI tables since 5.4 at the
 * latest.
 */
static int map_of_kernel(const struct efi_facts *efi, const struct iomem *iomem,
			 bool from_5_4, struct memory_map *map)
{
	int rc = add_mapped(map, 0, LOW_MEMORY_END);
	uint64_t end;
	size_t i;

	for (i = 0; i < iomem->count && !rc; i++) {
		const struct iomem_line *line = &iomem->lines[i];

		if (starts_with(line->name, "System RAM"))
			rc = add_ram(map, line);
		else if (from_5_4 && starts_with(line->name, "ACPI "))
			rc = add_mapped(map, line->start, line->end);
	}
	if (!rc && from_5_4 && efi->system_table &&
	    add_u64(efi->system_table, EFI_SYSTEM_TABLE_SIZE, &end))
		rc = add_mapped(map, efi->system_table, end);
	return rc < 0 ? -ENOMEM : 0;
}

int array_mapping_find(const struct efi_facts *efi, const struct iomem *iomem,
		       bool from_6_12, bool from_5_4, bool *mapped, const char **reason)
{
	_cleanup_memory_map_ struct memory_map map = { 0 };
	uint64_t end;

	*mapped = from_6_12;
	*reason = "Linux 6.12 and later do";
	if (from_6_12)
		return 0;
	*reason = "the place of the array or of RAM is unknown";
	if (!efi->config_table_array || !iomem->count ||
	    !add_u64(efi->config_table_array,
		     efi->table_count * (uint64_t)EFI_CONFIG_TABLE_SIZE, &end))
		return 0;
	*reason = "the length of the array is unknown";
	if (!efi->table_count)
		return 0;
	if (map_of_kernel(efi, iomem, from_5_4, &map) < 0)
		return -ENOMEM;
	*mapped = memory_map_is_type(&map, efi->config_table_array, end, MEMORY_RAM);
	*reason = *mapped ? "it shares its large pages (2 MiB) with memory that every "
			    "kernel maps"
			  : "it lies apart from RAM, where a kernel before 6.12 may not "
			    "map it";
	return 0;
}

int array_mapping_find_here(const struct machine *machine, bool *mapped,
			    const char **reason)
{
	return array_mapping_find(&machine->efi, &machine->iomem,
				  !machine_kernel_is_older(machine->release, 6, 12),
				  !machine_kernel_is_older(machine->release, 5, 4),
				  mapped, reason);
}
