/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --efi-map-config=copy: copies of system table and config table array in one segment. It
 * lies within one 2 MiB page. All kernels map the system table for the next kernel, so
 * they also map this array, even if another program loads the next kexec.
 *
 * The segment is a setup_data node (boot.rst, "setup_data"), so the next kernel keeps it.
 * The e820 table has it as Reserved, so later kernels keep it, too. Its contents, by
 * offset in bytes, all little-endian:
 *
 *     0  the node: next (u64), type (u32), length of what follows (u32)
 *    16  "KEXECEFI" (u64), then the physical addresses of the system table and the array
 *        that were copied (u64 each), the number of entries (u64), 16 bytes of zeros
 *    64  the copy of the system table, which points at the copy of the array
 *   192  the copy of the array
 */
#ifndef KEXEC_EFI_COPY_H
#define KEXEC_EFI_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "efi/efi_facts.h"
#include "memory/physical_memory.h"
#include "util/error.h"

/* The type of the node, which kernels do not know and therefore ignore. */
#define EFI_COPY_SETUP_DATA_TYPE 0x4b584546u

#define EFI_COPY_NODE_BYTES	 16u
#define EFI_COPY_SYSTEM_TABLE	 64u
#define EFI_COPY_ARRAY		 192u

/* Bytes that the copy takes. efi->table_count must have been read. */
uint64_t efi_copy_size(const struct efi_facts *efi);

/* The alignment that keeps a copy within one large page: a power of two, bytes. */
uint64_t efi_copy_alignment(const struct efi_facts *efi);

/*
 * Writes the copy behind the node into buffer, of efi_copy_size bytes, which will lie at
 * the physical address. Fails only without zlib, which computes the checksum.
 */
__must_check int efi_copy_write(const struct efi_facts *efi, uint64_t physical,
				uint8_t *buffer, struct error *err);

/*
 * Returns true if the running kernel's system table and array are such a copy, made by an
 * earlier kexec.
 */
bool efi_copy_recognise(struct physical_memory_reader *reader,
			const struct efi_facts *efi);

#endif
