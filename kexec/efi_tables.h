/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EFI system table and the EFI config table array as they stand in physical memory
 * (UEFI specification 2.10, 4.3 and 4.6), as far as user space may read it.
 */
#ifndef KEXEC_EFI_TABLES_H
#define KEXEC_EFI_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/io.h"

/* Sizes in bytes of the structures of 64-bit firmware. */
#define EFI_SYSTEM_TABLE_SIZE 120u
#define EFI_CONFIG_TABLE_SIZE 24u

/* One entry of the config table array. */
struct efi_config_table {
	uint8_t guid[16]; /* as it stands in memory */
	uint64_t address; /* physical; what the entry points at */
	char *name; /* libefivar's name for the GUID, else the GUID as text; owned */
};

struct efi_config_tables {
	struct efi_config_table *tables;
	size_t count;
};

/* Frees the entries. */
void efi_config_tables_clear(struct efi_config_tables *tables);

/*
 * Reads the system table at its physical address and gives the number of entries of the
 * config table array. -EBADMSG for a wrong signature or a number that nobody would
 * believe (0, or over EFI_CONFIG_TABLES_MAX); else the errors of physical_memory_read.
 */
int efi_read_table_count(const struct root *root, uint64_t system_table, size_t *count,
			 struct error *err);

/*
 * Reads count entries of the config table array at its physical address.
 * *tables must be empty; it belongs to the caller.
 */
int efi_read_config_tables(const struct root *root, uint64_t array, size_t count,
			   struct efi_config_tables *tables, struct error *err);

#endif
