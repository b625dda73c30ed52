// SPDX-License-Identifier: GPL-2.0-only
#include "initrd_table.h"

/* 5568e427-68fc-4f3d-ac74-ca555231cc68 (LINUX_EFI_INITRD_MEDIA_GUID), in memory order. */
static const uint8_t initrd_guid[16] = {
	0x27, 0xe4, 0x68, 0x55, 0xfc, 0x68, 0x3d, 0x4f,
	0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68,
};

void initrd_table_withdraw(const struct physical_memory *memory,
			   const struct efi_map_result *result)
{
	efi_set_table_address(memory, result, initrd_guid, EFI_INVALID_TABLE_ADDRESS);
}
