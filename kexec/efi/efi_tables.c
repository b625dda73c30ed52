// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EFI system table and the EFI config table array in physical memory (UEFI
 * specification 2.10, 4.3 and 4.6). Offsets are those of 64-bit firmware.
 */

#include "efi/efi_tables.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "efi/efi_table_kinds.h"
#include "util/bytes.h"

/* "IBI SYST" as the little-endian number it is in memory. */
#define SYSTEM_TABLE_SIGNATURE 0x5453595320494249ull

#define SYSTEM_TABLE_NR_TABLES 104u
#define CONFIG_TABLE_ADDRESS   16u

static void free_entry(struct efi_config_table *table)
{
	free(table->name);
	free(table->parts);
	free(table->problem);
}

void efi_config_tables_remove(struct efi_config_tables *tables, size_t index)
{
	struct efi_config_table *table = &tables->tables[index];

	free_entry(table);
	tables->count--;
	memmove(table, table + 1, (tables->count - index) * sizeof(*table));
}

void efi_config_tables_clear(struct efi_config_tables *tables)
{
	size_t i;

	for (i = 0; i < tables->count; i++)
		free_entry(&tables->tables[i]);
	free(tables->tables);
	*tables = (struct efi_config_tables){ 0 };
}

#define _cleanup_config_tables_ _cleanup_(efi_config_tables_clear)

int efi_read_table_count(struct physical_memory_reader *memory, uint64_t system_table,
			 size_t *count, struct error *err)
{
	uint8_t buffer[EFI_SYSTEM_TABLE_SIZE];
	struct bytes bytes = { buffer, sizeof(buffer) };
	uint64_t signature = 0, number = 0;
	int rc;

	rc = physical_memory_read(memory, system_table, buffer, sizeof(buffer), err);
	if (rc < 0)
		return rc;
	bytes_u64(bytes, 0, &signature);
	bytes_u64(bytes, SYSTEM_TABLE_NR_TABLES, &number);
	if (signature != SYSTEM_TABLE_SIGNATURE)
		return error_set(err, EBADMSG,
				 "no EFI system table at 0x%" PRIx64
				 ": its signature reads 0x%" PRIx64,
				 system_table, signature);
	if (!number || number > EFI_CONFIG_TABLES_MAX)
		return error_set(err, EBADMSG,
				 "the EFI system table at 0x%" PRIx64 " claims %" PRIu64
				 " config tables",
				 system_table, number);
	*count = (size_t)number;
	return 0;
}

int efi_read_config_tables(struct physical_memory_reader *memory, uint64_t array,
			   size_t count, struct efi_config_tables *tables,
			   struct error *err)
{
	_cleanup_config_tables_ struct efi_config_tables made = { 0 };
	_cleanup_free_ uint8_t *buffer = NULL;
	struct bytes bytes;
	size_t i;
	int rc;

	if (!count || count > EFI_CONFIG_TABLES_MAX)
		return error_set(err, EINVAL, "an EFI config table array of %zu entries",
				 count);
	bytes.size = count * EFI_CONFIG_TABLE_SIZE;
	bytes.data = buffer = malloc(bytes.size);
	made.tables = calloc(count, sizeof(*made.tables));
	if (!buffer || !made.tables)
		return error_no_memory(err);
	rc = physical_memory_read(memory, array, buffer, bytes.size, err);
	if (rc < 0)
		return rc;
	for (i = 0; i < count; i++) {
		struct efi_config_table *table = &made.tables[i];
		uint64_t offset = (uint64_t)i * EFI_CONFIG_TABLE_SIZE;

		memcpy(table->guid, buffer + offset, sizeof(table->guid));
		bytes_u64(bytes, offset + CONFIG_TABLE_ADDRESS, &table->address);
		if (efi_table_identify(table->guid, &table->kind, &table->name) < 0)
			return error_no_memory(err);
		made.count++;
	}
	*tables = made;
	made = (struct efi_config_tables){ 0 };
	return 0;
}

const struct efi_config_table *efi_find_table(const struct efi_config_tables *tables,
					      enum efi_table_kind kind)
{
	size_t i;

	for (i = 0; i < tables->count; i++)
		if (tables->tables[i].kind == kind)
			return &tables->tables[i];
	return NULL;
}

uint64_t efi_table_size(const struct efi_config_table *table)
{
	uint64_t size = 0;
	size_t i;

	for (i = 0; i < table->part_count; i++)
		size += table->parts[i].end - table->parts[i].start;
	return size;
}

int efi_tables_kept_in_ram(const struct efi_config_tables *tables, char **names)
{
	_cleanup_free_ char *all = NULL;
	size_t i;

	for (i = 0; i < tables->count; i++) {
		const struct efi_config_table *table = &tables->tables[i];
		char *longer;

		if (!table->memory_known || table->memory != MEMORY_RAM ||
		    table->reserved_by == EFI_TABLE_RESERVED_BY_NONE)
			continue;
		if (asprintf(&longer, "%s%s%s", all ? all : "", all ? ", " : "",
			     table->name) < 0)
			return -ENOMEM;
		free(all);
		all = longer;
	}
	*names = take_pointer(all);
	return 0;
}

const char *efi_table_state_name(enum efi_table_state state)
{
	switch (state) {
	case EFI_TABLE_INTACT:
		return "intact";
	case EFI_TABLE_WRONG_CHECKSUM:
		return "wrong checksum";
	case EFI_TABLE_UNREADABLE:
		return "unreadable";
	case EFI_TABLE_DAMAGED:
		return "damaged";
	case EFI_TABLE_OUTSIDE:
		return "outside memory";
	case EFI_TABLE_USED_UP:
		return "used up";
	case EFI_TABLE_DROPPED:
		return "dropped by Linux";
	case EFI_TABLE_NOT_EXAMINED:
		break;
	}
	return "not examined";
}

const char *efi_table_reserved_by_name(enum efi_table_reserved_by reserved_by)
{
	switch (reserved_by) {
	case EFI_TABLE_RESERVED_BY_FIRMWARE:
		return "firmware";
	case EFI_TABLE_RESERVED_BY_RUNTIME_MAP:
		return "runtime map";
	case EFI_TABLE_RESERVED_BY_KERNEL:
		return "kernel";
	case EFI_TABLE_RESERVED_BY_KEXEC:
		return "kexec";
	case EFI_TABLE_RESERVED_BY_NONE:
		break;
	}
	return "none";
}

const char *efi_table_reserved_by_text(enum efi_table_reserved_by reserved_by)
{
	switch (reserved_by) {
	case EFI_TABLE_RESERVED_BY_RUNTIME_MAP:
		return ", kept by the runtime map";
	case EFI_TABLE_RESERVED_BY_KERNEL:
		return ", kept by the running kernel";
	case EFI_TABLE_RESERVED_BY_KEXEC:
		return ", kept by kexec";
	case EFI_TABLE_RESERVED_BY_NONE:
		return ", given up by Linux";
	case EFI_TABLE_RESERVED_BY_FIRMWARE:
		break;
	}
	return "";
}
