// SPDX-License-Identifier: GPL-2.0-only
/* The copy of the EFI system table and the config table array. */
#include "efi/efi_copy.h"

#include <string.h>
#include <zlib.h>

#include "util/bytes.h"
#include "util/library.h"

#define COPY_MAGIC 0x494645434558454bull /* "KEXECEFI" in memory */

/* Follows the node. */
#define COPY_HEADER_BYTES (EFI_COPY_SYSTEM_TABLE - EFI_COPY_NODE_BYTES)

/* UEFI specification 2.10, 4.2 and 4.3: within the system table. */
#define HEADER_SIZE   12u
#define HEADER_CRC32  16u
#define TABLE_COUNT   104u
#define CONFIG_TABLES 112u

uint64_t efi_copy_size(const struct efi_facts *efi)
{
	return EFI_COPY_ARRAY + efi->table_count * (uint64_t)EFI_CONFIG_TABLE_SIZE;
}

/* EFI_CONFIG_TABLES_MAX entries are less than 2 MiB, so this is at most a large page. */
uint64_t efi_copy_alignment(const struct efi_facts *efi)
{
	uint64_t alignment = PAGE_BYTES;

	while (alignment < efi_copy_size(efi))
		alignment *= 2;
	return alignment;
}

static void write_system_table(const struct efi_facts *efi, uint64_t array,
			       uint8_t *table)
{
	memcpy(table, efi->system_table_data, EFI_SYSTEM_TABLE_SIZE);
	/* Only this part of the table is copied, so the checksum must not cover more. */
	store_u32(table + HEADER_SIZE, EFI_SYSTEM_TABLE_SIZE);
	store_u64(table + TABLE_COUNT, efi->table_count);
	store_u64(table + CONFIG_TABLES, array);
	store_u32(table + HEADER_CRC32, 0);
	store_u32(table + HEADER_CRC32, (uint32_t)crc32(0, table, EFI_SYSTEM_TABLE_SIZE));
}

int efi_copy_write(const struct efi_facts *efi, uint64_t physical, uint8_t *buffer,
		   struct error *err)
{
	uint8_t *header = buffer + EFI_COPY_NODE_BYTES;
	uint8_t *array = buffer + EFI_COPY_ARRAY;
	size_t i;
	int rc = library_need(LIBRARY_ZLIB, err);

	if (rc < 0)
		return rc;
	memset(header, 0, COPY_HEADER_BYTES);
	store_u64(header, COPY_MAGIC);
	store_u64(header + 8, efi->system_table);
	store_u64(header + 16, efi->config_table_array);
	store_u64(header + 24, efi->table_count);
	write_system_table(efi, physical + EFI_COPY_ARRAY,
			   buffer + EFI_COPY_SYSTEM_TABLE);
	for (i = 0; i < efi->tables.count; i++) {
		const struct efi_config_table *table = &efi->tables.tables[i];
		uint8_t *entry = array + i * EFI_CONFIG_TABLE_SIZE;

		bool correct = table->kind == EFI_TABLE_SMBIOS && efi->smbios;

		memcpy(entry, table->guid, sizeof(table->guid));
		/* The firmware may have made it a virtual address. */
		store_u64(entry + sizeof(table->guid),
			  correct ? efi->smbios : table->address);
	}
	return 0;
}

/* A copy begins at the start of a page, so this reads only memory of the copy. */
bool efi_copy_recognise(struct physical_memory_reader *reader,
			const struct efi_facts *efi)
{
	uint8_t header[COPY_HEADER_BYTES];
	struct bytes bytes = { header, sizeof(header) };
	uint64_t magic = 0, count = 0;

	if (efi->system_table % PAGE_BYTES != EFI_COPY_SYSTEM_TABLE ||
	    efi->config_table_array - efi->system_table !=
		    EFI_COPY_ARRAY - EFI_COPY_SYSTEM_TABLE)
		return false;
	if (physical_memory_read(reader, efi->system_table - sizeof(header), header,
				 sizeof(header), NULL) < 0)
		return false;
	bytes_u64(bytes, 0, &magic);
	bytes_u64(bytes, 24, &count);
	return magic == COPY_MAGIC && count == efi->table_count;
}
