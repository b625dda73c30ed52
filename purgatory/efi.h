/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Follows the EFI tables that the next kernel reads before it can take a page fault, and
 * maps each before its first byte is read: the system table, the config table array, and
 * a confidential computing (CC) blob that the array or setup_data names, with the two
 * pages that the blob points at.
 *
 * All data is checked before it is used. A table that cannot be followed is skipped, and
 * the boot continues as without purgatory's mapping.
 */
#ifndef PURGATORY_EFI_H
#define PURGATORY_EFI_H

#include <stdbool.h>
#include <stdint.h>

#include "../kexec/abi/efi.h"
#include "identity_map.h"
#include "purgatory_params.h"

enum efi_area_id {
	EFI_AREA_SYSTEM_TABLE,
	EFI_AREA_CONFIG_TABLES,
	EFI_AREA_CC_BLOB,
	EFI_AREA_CC_SECRETS,
	EFI_AREA_CC_CPUID,
	EFI_AREAS,
};

enum efi_area_status {
	EFI_AREA_NOT_REACHED,	/* no table names it, or that table was skipped */
	EFI_AREA_MAPPED,	/* all of it is mapped and has passed its checks */
	EFI_AREA_NOT_MAPPED,	/* skipped; map_status says why */
	EFI_AREA_NO_ADDRESS,	/* skipped: its address is 0 */
	EFI_AREA_BAD_SIGNATURE, /* skipped: mapped, but with a wrong signature */
	EFI_AREA_BAD_COUNT,	/* skipped: no entries, or over EFI_CONFIG_TABLES_MAX */
	EFI_AREA_BAD_LENGTH,	/* skipped: 0, or over EFI_CC_BLOB_AREA_MAX */
	EFI_AREA_STATUSES,
};

/* The result for [start, end); physical addresses, not rounded to pages. */
struct efi_area {
	enum efi_area_status status;
	enum identity_map_status map_status;
	uint64_t start;
	uint64_t end; /* equals start if the length is impossible */
	uint64_t pages_added;
};

struct efi_map_result {
	uint64_t config_tables; /* entries of the array, 0 if not known */
	struct efi_area areas[EFI_AREAS];
};

/*
 * system_table, config_table_array: physical addresses. The array's own pointer in the
 * system table is not used: it is a virtual address once the kernel has called
 * SetVirtualAddressMap().
 * Sets all of *result. Does not fail: the areas say what was skipped.
 */
void efi_map_tables(struct identity_map *map, uint64_t system_table,
		    uint64_t config_table_array, struct efi_map_result *result);

/*
 * Maps the CC blob that a SETUP_CC_BLOB node names (boot.rst, "setup_data"), and what it
 * points at, unless *result already has a blob from the array: Linux looks in the array
 * first (find_cc_blob() in arch/x86/boot/compressed/sev.c).
 * address: physical. *result: from efi_map_tables(), or { 0 } on a machine without EFI.
 * This function sets the areas of the blob in it.
 */
void efi_map_setup_data_blob(struct identity_map *map, uint64_t address,
			     struct efi_map_result *result);

/*
 * Writes address into each entry with this GUID, 16 bytes in memory order, of the array
 * that efi_map_tables() has mapped according to *result: Linux uses every such entry,
 * not only the first one. Returns false, and writes nothing, if the array is not mapped
 * or lies outside memory.
 */
bool efi_set_table_address(const struct physical_memory *memory,
			   const struct efi_map_result *result, const uint8_t *guid,
			   uint64_t address);

/* Returns a name for messages, such as "the EFI system table". Static. */
const char *efi_area_name(enum efi_area_id id);

/* Returns true if a table names this area and it could not be mapped or is invalid. */
bool efi_area_was_skipped(const struct efi_area *area);

/* Returns why it was skipped: the end of a sentence, without a full stop. Static. */
const char *efi_area_reason(const struct efi_area *area);

#endif
