/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EFI data for the next kernel: boot_params.efi_info, the memory map
 * of the runtime services, and the SETUP_EFI node.
 */
#ifndef KEXEC_ARCH_X86_64_EFI_BOOT_DATA_H
#define KEXEC_ARCH_X86_64_EFI_BOOT_DATA_H

#include <stdbool.h>

#include "abi/boot_protocol.h"
#include "image/loader.h"
#include "util/error.h"

struct efi_boot_data {
	bool given;		  /* false: all other fields are 0 */
	struct efi_info info;	  /* without the address of the memory map */
	uint8_t *memory_map;	  /* descriptors as UEFI has them; owned */
	uint32_t memory_map_size; /* bytes */
	struct efi_setup_data setup_data;
	uint64_t copy; /* physical: the setup_data node before copied tables, or 0 */
};

/*
 * Calls efi_mapping_decide, which takes the same arguments, and prepares the EFI data,
 * which image->efi then describes. *boot_data stays empty if EFI data is left out. With
 * --efi-map-config=copy the copies are placed as a segment that the next kernel's memory
 * map reserves. Fails if efi_mapping_decide does, or if no place fits the copies.
 */
__must_check int efi_boot_data_prepare(const struct load_request *request,
				       uint16_t xloadflags, struct image *image,
				       struct efi_boot_data *boot_data,
				       struct error *err);

/* Frees the memory that it owns and sets it to { 0 }. */
void efi_boot_data_clear(struct efi_boot_data *boot_data);

#define _cleanup_efi_boot_data_ _cleanup_(efi_boot_data_clear)

/* Fills boot_params->efi_info; memory_map: physical address of the map's copy. */
void efi_boot_data_fill(const struct efi_boot_data *boot_data, uint64_t memory_map,
			struct boot_params *boot_params);

#endif
