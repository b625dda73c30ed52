/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of the UEFI specification 2.10, and of tables that are passed on through it,
 * for 64-bit firmware, and the limits up to which they are accepted. Loader and purgatory
 * share this file. Sizes are in bytes.
 */
#ifndef KEXEC_ABI_EFI_H
#define KEXEC_ABI_EFI_H

#include <stdint.h>

/* 4.3 and 4.6: EFI_SYSTEM_TABLE, EFI_CONFIGURATION_TABLE. */
#define EFI_SYSTEM_TABLE_SIZE 120u
#define EFI_CONFIG_TABLE_SIZE 24u

/* The limit for entries of a config table array; a larger number counts as damage. */
#define EFI_CONFIG_TABLES_MAX 65536u

/* Linux, arch/x86/include/asm/sev.h: struct cc_blob_sev_info. */
#define EFI_CC_BLOB_SIZE 40u

/* Linux, include/linux/efi.h: the address of an entry that names no table any more. */
#define EFI_INVALID_TABLE_ADDRESS UINT64_MAX

/* Linux, include/linux/efi.h: struct linux_efi_initrd. */
#define EFI_INITRD_TABLE_SIZE 16u

/* The limit for each of the secrets and the CPUID page of a CC blob. */
#define EFI_CC_BLOB_AREA_MAX 0x100000u

/* 7.2: types and one attribute of EFI_MEMORY_DESCRIPTOR. */
#define EFI_LOADER_CODE		  1u
#define EFI_LOADER_DATA		  2u
#define EFI_BOOT_SERVICES_CODE	  3u
#define EFI_BOOT_SERVICES_DATA	  4u
#define EFI_RUNTIME_SERVICES_DATA 6u
#define EFI_CONVENTIONAL_MEMORY	  7u
#define EFI_MEMORY_MAPPED_IO	  11u
#define EFI_MEMORY_MAPPED_IO_PORT 12u
#define EFI_MEMORY_RUNTIME	  (1ull << 63)

/* ACPI 6.5, 5.2.5.3: the root pointer's sizes in 1.0 and since 2.0, the revision. */
#define RSDP_OLD_SIZE 20u
#define EFI_RSDP_SIZE 36u
#define RSDP_REVISION 15u

#endif
