// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EFI system table and the EFI config table array in physical memory (UEFI
 * specification 2.10, 4.3 and 4.6). Offsets are those of 64-bit firmware.
 */

#include "efi_tables.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_EFIVAR
#include <efivar/efivar.h>
#endif

#include "library.h"
#include "physical_memory.h"
#include "purgatory/handover.h"
#include "util/bytes.h"

/* "IBI SYST" as the little-endian number it is in memory. */
#define SYSTEM_TABLE_SIGNATURE 0x5453595320494249ull

#define SYSTEM_TABLE_NR_TABLES 104u
#define CONFIG_TABLE_ADDRESS   16u

/* libefivar knows variables' GUIDs, not these. Most are from include/linux/efi.h. */
static const struct {
	const char *guid;
	const char *name;
} table_names[] = {
	{ "eb9d2d30-2d88-11d3-9a16-0090273fc14d", "ACPI 1.0" },
	{ "8868e871-e4f1-11d3-bc22-0080c73c8881", "ACPI 2.0" },
	{ "eb9d2d31-2d88-11d3-9a16-0090273fc14d", "SMBIOS" },
	{ "f2fd1544-9794-4a2c-992e-e5bbcf20e394", "SMBIOS 3" },
	{ "dcfa911d-26eb-469f-a220-38b7dc461220", "memory attributes" },
	{ "b122a263-3661-4f68-9929-78f8b0d62180", "ESRT" },
	{ "eb66918a-7eef-402a-842e-931d21c38ae9", "runtime properties" },
	{ "b7799cb0-eca2-4943-9667-1fae07b747fa", "TPM event log" },
	{ "1e2ed096-30e2-4254-bd89-863bbef82325", "TPM final events" },
	{ "dd4a4648-2de7-4665-964d-21d9ef5fb446", "confidential computing final events" },
	{ "1ce1e5bc-7ceb-42f2-81e5-8aadf180f57b", "Linux random seed" },
	{ "c451ed2b-9694-45d3-baba-ed9f8988a389", "MOK variables" },
	{ "5568e427-68fc-4f3d-ac74-ca555231cc68", "Linux initrd" },
	{ "888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2", "Linux memory reservations" },
	{ "800f683f-d08b-423a-a293-965c3c6fe2b4", "Linux boot memory map" },
	{ "d5d1de3c-105c-44f9-9ea9-bcef98120031", "Linux unaccepted memory" },
	{ "adf956ad-e98c-484c-ae11-b51c7d336447", "confidential computing secrets" },
	{ "067b1f5f-cf26-44c5-8554-93d777912d42", "confidential computing blob" },
	/* UEFI Platform Initialization and EDK II: stand in most arrays. */
	{ "05ad34ba-6f02-4214-952e-4da0398e2bb9", "DXE services" },
	{ "7739f24c-93d7-11d4-9a3a-0090273fc14d", "HOB list" },
	{ "4c19049f-4137-4dd3-9c10-8b97a83ffdfa", "memory type information" },
	{ "d719b2cb-3d3a-4596-a3bc-dad00e67656f", "image security database" },
	{ "ee4e5898-3914-4259-9d6e-dc7bd79403cf", "LZMA decompression" },
	{ "060cc026-4c0d-4dda-8f41-595fef00a502", "memory status code records" },
	{ "49152e77-1ada-4764-b7a2-7afefed95e8b", "debug image information" },
};

void efi_config_tables_clear(struct efi_config_tables *tables)
{
	size_t i;

	for (i = 0; i < tables->count; i++)
		free(tables->tables[i].name);
	free(tables->tables);
	*tables = (struct efi_config_tables){ 0 };
}

#define _cleanup_config_tables_ _cleanup_(efi_config_tables_clear)

/* The GUID as text; its first three fields are little-endian numbers, the rest bytes. */
static char *guid_text(const uint8_t *g)
{
	char *text;

	if (asprintf(
		    &text,
		    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		    g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10],
		    g[11], g[12], g[13], g[14], g[15]) < 0)
		return NULL;
	return text;
}

/* libefivar's name, or NULL; it gives the GUID itself for one that it does not know. */
static char *efivar_name(const uint8_t *guid)
{
#ifdef HAVE_EFIVAR
	efi_guid_t copy;
	char *name = NULL;

	_Static_assert(sizeof(copy) == 16, "libefivar's GUID is the GUID in memory");
	memcpy(&copy, guid, sizeof(copy));
	if (library_need(LIBRARY_EFIVAR, NULL) < 0 || efi_guid_to_name(&copy, &name) < 0)
		return NULL;
	return name;
#else
	(void)guid;
	return NULL;
#endif
}

static char *table_name(const uint8_t *guid)
{
	_cleanup_free_ char *text = guid_text(guid);
	char *name;
	size_t i;

	if (!text)
		return NULL;
	for (i = 0; i < sizeof(table_names) / sizeof(table_names[0]); i++) {
		if (!strcmp(table_names[i].guid, text))
			return strdup(table_names[i].name);
	}
	name = efivar_name(guid);
	return name ? name : take_pointer(text);
}

int efi_read_table_count(const struct root *root, uint64_t system_table, size_t *count,
			 struct error *err)
{
	uint8_t buffer[EFI_SYSTEM_TABLE_SIZE];
	struct bytes bytes = { buffer, sizeof(buffer) };
	uint64_t signature = 0, number = 0;
	int rc;

	rc = physical_memory_read(root, system_table, buffer, sizeof(buffer), err);
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

int efi_read_config_tables(const struct root *root, uint64_t array, size_t count,
			   struct efi_config_tables *tables, struct error *err)
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
	rc = physical_memory_read(root, array, buffer, bytes.size, err);
	if (rc < 0)
		return rc;
	for (i = 0; i < count; i++) {
		struct efi_config_table *table = &made.tables[i];
		uint64_t offset = (uint64_t)i * EFI_CONFIG_TABLE_SIZE;

		memcpy(table->guid, buffer + offset, sizeof(table->guid));
		bytes_u64(bytes, offset + CONFIG_TABLE_ADDRESS, &table->address);
		table->name = table_name(table->guid);
		if (!table->name)
			return error_no_memory(err);
		made.count++;
	}
	*tables = made;
	made = (struct efi_config_tables){ 0 };
	return 0;
}
