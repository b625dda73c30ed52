/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a config table is, what it leads to, and whether it is what it should be. The
 * layouts are those of the UEFI and ACPI specifications and of Linux' efi.h; the rows in
 * efi_table_layout.c name each.
 */
#ifndef KEXEC_EFI_TABLE_LAYOUT_H
#define KEXEC_EFI_TABLE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "efi/efi_tables.h"
#include "util/error.h"

/* A longer part is not believed: reserving it would cost more than it can be worth. */
#define EFI_TABLE_BYTES_MAX (16u << 20)

/* Nor are more parts: they are a loop. */
#define EFI_TABLE_PARTS_MAX 8192u

/*
 * The limits for all tables of a machine together, a multiple of what any machine needs:
 * an array of many entries, each of which leads far, must not keep a load waiting, nor
 * take much of its memory.
 */
struct efi_table_budget {
	uint64_t reads; /* of a page or less; a longer one counts once for each page */
	uint64_t parts;
	uint64_t pages; /* that the parts touch */
};

#define EFI_TABLE_BUDGET ((struct efi_table_budget){ 65536, EFI_TABLE_PARTS_MAX, 16384 })

/* Where tables are read. */
struct efi_table_source {
	/*
	 * Reads size bytes at the physical address. -ENXIO if that is not all memory:
	 * nothing was read then, since reading a device's registers may change it. Other
	 * errors: it is memory, and cannot be read.
	 */
	int (*read)(void *context, uint64_t address, void *buffer, size_t size,
		    struct error *err);
	/* True if all of [start, end) is memory. */
	bool (*is_memory)(void *context, uint64_t start, uint64_t end);
	void *context;
	struct efi_table_budget *budget; /* what is left of it */
};

/*
 * Sets state, parts and problem of a table whose guid, address and kind are set, whatever
 * they were. Nothing that is read is trusted: work is bounded, and a length beyond
 * the limits makes the table EFI_TABLE_DAMAGED. A length that cannot be read is guessed.
 * checksums: also compare the checksums of ACPI and SMBIOS, which reads all of them.
 * Fails only without memory.
 */
int efi_table_examine(const struct efi_table_source *source, bool checksums,
		      struct efi_config_table *table, struct error *err);

#endif
