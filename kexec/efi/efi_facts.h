/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts of the machine's EFI firmware, from the running kernel and from memory. */
#ifndef KEXEC_EFI_FACTS_H
#define KEXEC_EFI_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/efi.h"
#include "efi/efi_tables.h"

/* One descriptor of /sys/firmware/efi/runtime-map (UEFI specification 2.10, 7.2). */
struct efi_memory_descriptor {
	uint32_t type;
	uint64_t physical_start;
	uint64_t virtual_start;
	uint64_t page_count; /* of 4096 bytes */
	uint64_t attribute;
};

struct efi_facts {
	bool booted;	    /* the running kernel was started by, or got, EFI firmware */
	unsigned word_bits; /* of the firmware: 64 or 32; 0 if not booted or unknown */
	/* Physical addresses, 0 where unknown. */
	uint64_t system_table;
	uint64_t config_table_array;
	uint64_t fw_vendor;
	uint64_t runtime_services; /* the "runtime" file */
	uint64_t smbios;
	uint64_t acpi_rsdp; /* ACPI20 if there is one, else ACPI */
	/* efi_info of boot_params */
	uint32_t loader_signature;
	uint32_t descriptor_size; /* of the running kernel's EFI memory map, bytes */
	uint32_t descriptor_version;
	/* Ranges of the runtime services, sorted by physical_start. */
	struct efi_memory_descriptor *runtime_map;
	size_t runtime_map_count;
	/* From physical memory; counts are 0 if it cannot be read. */
	size_t table_count; /* nr_tables of the system table */
	struct efi_config_tables tables;
	uint8_t system_table_data[EFI_SYSTEM_TABLE_SIZE];
	bool tables_are_copy; /* of an earlier --efi-map-config=copy, see efi_copy.h */
	/* Reasons, each a sentence; NULL if all was read. */
	char *incomplete;    /* why addresses or the runtime map are missing */
	char *tables_unread; /* why table_count or tables are missing */
	bool tables_lost;    /* memory was read, but does not hold them */
	/*
	 * A Xen dom0: the names of tables that Linux uses, in memory that the hypervisor
	 * has reused, which are not among the tables any more; or NULL. The firmware is
	 * in physical mode.
	 */
	char *tables_reused;
};

#endif
