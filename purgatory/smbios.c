// SPDX-License-Identifier: GPL-2.0-only
#include "smbios.h"

/* eb9d2d31-2d88-11d3-9a16-0090273fc14d (SMBIOS_TABLE_GUID), in memory order. */
static const uint8_t smbios_guid[16] = {
	0x31, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11,
	0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d,
};

enum smbios_status smbios_put_back(const struct physical_memory *memory,
				   const struct efi_map_result *result,
				   const struct purgatory_smbios *smbios)
{
	const uint64_t none = 0;
	void *field;

	if (!smbios->entry_point)
		return SMBIOS_NOT_ASKED;
	if (result->areas[EFI_AREA_CONFIG_TABLES].status != EFI_AREA_MAPPED)
		return SMBIOS_NO_ARRAY;
	if (!physical_pointer(memory, smbios->setup_efi_field, sizeof(none), &field))
		return SMBIOS_OUTSIDE;
	if (memcmp(field, &smbios->entry_point, sizeof(smbios->entry_point)))
		return SMBIOS_NOT_NAMED;
	if (!efi_set_table_address(memory, result, smbios_guid, smbios->entry_point))
		return SMBIOS_OUTSIDE;
	memcpy(field, &none, sizeof(none));
	return SMBIOS_PUT_BACK;
}

bool smbios_was_skipped(enum smbios_status status)
{
	return status != SMBIOS_NOT_ASKED && status != SMBIOS_PUT_BACK;
}

const char *smbios_reason(enum smbios_status status)
{
	/* An array of arrays: pointers would need relocations. */
	static const char reasons[SMBIOS_STATUSES][48] = {
		[SMBIOS_NOT_ASKED] = "is right",
		[SMBIOS_PUT_BACK] = "was put back",
		[SMBIOS_NO_ARRAY] = "cannot be put back, the array is not mapped",
		[SMBIOS_OUTSIDE] = "lies outside memory",
		[SMBIOS_NOT_NAMED] = "is not the one that SETUP_EFI has",
	};

	return (unsigned int)status < SMBIOS_STATUSES ? reasons[status] : "failed";
}
