/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Withdraws the INITRD table from the EFI config table array.
 *
 * The EFI stub of the first kernel leaves address and size of the initrd in that table.
 * The first kernel frees its memory, but the array goes on naming it, so every later
 * kernel would read whatever lies there by then. Newer ones also clear its 16 bytes
 * (efi_config_parse_tables() in Linux, drivers/firmware/efi/efi.c; 7.2 does so, 6.1 does
 * not): in a crash dump these are bytes of the crashed kernel.
 */
#ifndef PURGATORY_INITRD_TABLE_H
#define PURGATORY_INITRD_TABLE_H

#include "efi.h"
#include "physical_memory.h"

/*
 * Makes each INITRD entry of the array that efi_map_tables() has mapped according to
 * *result one that names no table, in the way that Linux knows. If the array is not
 * mapped, it stays as it is.
 */
void initrd_table_withdraw(const struct physical_memory *memory,
			   const struct efi_map_result *result);

#endif
