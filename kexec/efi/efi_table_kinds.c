// SPDX-License-Identifier: GPL-2.0-only
/* The GUIDs of config tables. */
#include "efi/efi_table_kinds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_EFIVAR
#include <efivar/efivar.h>
#endif

#include "util/cleanup.h"
#include "util/library.h"

/* libefivar knows variables' GUIDs, not these. Most are from include/linux/efi.h. */
static const struct {
	const char *guid;
	const char *name;
	enum efi_table_kind kind;
} kinds[] = {
	{ "eb9d2d30-2d88-11d3-9a16-0090273fc14d", "ACPI 1.0", EFI_TABLE_ACPI },
	{ "8868e871-e4f1-11d3-bc22-0080c73c8881", "ACPI 2.0", EFI_TABLE_ACPI },
	{ "eb9d2d31-2d88-11d3-9a16-0090273fc14d", "SMBIOS", EFI_TABLE_SMBIOS },
	{ "f2fd1544-9794-4a2c-992e-e5bbcf20e394", "SMBIOS 3", EFI_TABLE_SMBIOS3 },
	{ "dcfa911d-26eb-469f-a220-38b7dc461220", "memory attributes",
	  EFI_TABLE_MEMORY_ATTRIBUTES },
	{ "b122a263-3661-4f68-9929-78f8b0d62180", "ESRT", EFI_TABLE_ESRT },
	{ "eb66918a-7eef-402a-842e-931d21c38ae9", "runtime properties",
	  EFI_TABLE_RUNTIME_PROPERTIES },
	{ "b7799cb0-eca2-4943-9667-1fae07b747fa", "TPM event log", EFI_TABLE_TPM_LOG },
	{ "1e2ed096-30e2-4254-bd89-863bbef82325", "TPM final events",
	  EFI_TABLE_TPM_FINAL_EVENTS },
	{ "dd4a4648-2de7-4665-964d-21d9ef5fb446", "confidential computing final events",
	  EFI_TABLE_TPM_FINAL_EVENTS },
	{ "1ce1e5bc-7ceb-42f2-81e5-8aadf180f57b", "Linux random seed",
	  EFI_TABLE_RANDOM_SEED },
	{ "c451ed2b-9694-45d3-baba-ed9f8988a389", "MOK variables",
	  EFI_TABLE_MOK_VARIABLES },
	{ "5568e427-68fc-4f3d-ac74-ca555231cc68", "Linux initrd", EFI_TABLE_INITRD },
	{ "888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2", "Linux memory reservations",
	  EFI_TABLE_MEMORY_RESERVATIONS },
	{ "800f683f-d08b-423a-a293-965c3c6fe2b4", "Linux boot memory map",
	  EFI_TABLE_OTHER },
	{ "d5d1de3c-105c-44f9-9ea9-bcef98120031", "Linux unaccepted memory",
	  EFI_TABLE_UNACCEPTED_MEMORY },
	{ "adf956ad-e98c-484c-ae11-b51c7d336447", "confidential computing secrets",
	  EFI_TABLE_SECRETS },
	{ "067b1f5f-cf26-44c5-8554-93d777912d42", "confidential computing blob",
	  EFI_TABLE_CC_BLOB },
	/* UEFI Platform Initialization and EDK II: in most arrays. */
	{ "05ad34ba-6f02-4214-952e-4da0398e2bb9", "DXE services", EFI_TABLE_OTHER },
	{ "7739f24c-93d7-11d4-9a3a-0090273fc14d", "HOB list", EFI_TABLE_OTHER },
	{ "4c19049f-4137-4dd3-9c10-8b97a83ffdfa", "memory type information",
	  EFI_TABLE_OTHER },
	{ "d719b2cb-3d3a-4596-a3bc-dad00e67656f", "image security database",
	  EFI_TABLE_OTHER },
	{ "ee4e5898-3914-4259-9d6e-dc7bd79403cf", "LZMA decompression", EFI_TABLE_OTHER },
	{ "060cc026-4c0d-4dda-8f41-595fef00a502", "memory status code records",
	  EFI_TABLE_OTHER },
	{ "95305139-b20f-4723-8425-627c888ff121", "OVMF debug log", EFI_TABLE_OTHER },
	{ "49152e77-1ada-4764-b7a2-7afefed95e8b", "debug image information",
	  EFI_TABLE_OTHER },
};

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

/* libefivar's name, or NULL. For an unknown GUID libefivar returns the GUID as text. */
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

int efi_table_identify(const uint8_t guid[16], enum efi_table_kind *kind, char **name)
{
	_cleanup_free_ char *text = guid_text(guid);
	char *found;
	size_t i;

	if (!text)
		return -ENOMEM;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].guid, text) != 0)
			continue;
		*name = strdup(kinds[i].name);
		*kind = kinds[i].kind;
		return *name ? 0 : -ENOMEM;
	}
	found = efivar_name(guid);
	*name = found ? found : take_pointer(text);
	*kind = EFI_TABLE_OTHER;
	return 0;
}
