/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the length of a config table, the tables that it leads to, and its defects. The
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

/* A longer part counts as damage: reserving it would cost too much memory. */
#define EFI_TABLE_BYTES_MAX (16u << 20)

/* More parts than this indicate a loop. */
#define EFI_TABLE_PARTS_MAX 8192u

/*
 * The limits for all tables of a machine together, several times the needs of any
 * machine. They stop an array of many long entries from delaying a load and from taking
 * much memory.
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
	 * Reads size bytes at the physical address. Returns -ENXIO, and reads nothing, if
	 * that is not all memory, because reading a device's registers may change it.
	 * Other errors: it is memory, but cannot be read.
	 */
	int (*read)(void *context, uint64_t address, void *buffer, size_t size,
		    struct error *err);
	/* True if all of [start, end) is memory. */
	bool (*is_memory)(void *context, uint64_t start, uint64_t end);
	void *context;
	struct efi_table_budget *budget; /* reduced by every read and part */
};

/*
 * Sets state, parts and problem of a table whose guid, address and kind are set; the
 * previous results are replaced. All data is checked: work is bounded, and a length
 * beyond the limits makes the table EFI_TABLE_DAMAGED. A length that cannot be read is
 * estimated. checksums: also compare the checksums of ACPI and SMBIOS, which reads all of
 * them. Fails only without memory.
 */
__must_check int efi_table_examine(const struct efi_table_source *source, bool checksums,
				   struct efi_config_table *table, struct error *err);

#endif
