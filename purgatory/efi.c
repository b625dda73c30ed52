// SPDX-License-Identifier: GPL-2.0-only
#include "efi.h"

/* UEFI specification 2.10, 4.3: EFI_SYSTEM_TABLE. */
#define SYSTEM_TABLE_SIGNATURE	      0x5453595320494249ull /* "IBI SYST" */
#define SYSTEM_TABLE_NUMBER_OF_TABLES 104u

/* UEFI specification 2.10, 4.6: EFI_CONFIGURATION_TABLE is a GUID and a pointer. */
#define CONFIG_TABLE_GUID_BYTES 16u

/* Linux, arch/x86/include/asm/sev.h: struct cc_blob_sev_info. */
#define CC_BLOB_MAGIC 0x45444d41u /* "AMDE" */

struct cc_blob {
	uint32_t magic;
	uint16_t version;
	uint16_t reserved;
	uint64_t secrets;
	uint32_t secrets_length;
	uint32_t reserved1;
	uint64_t cpuid;
	uint32_t cpuid_length;
	uint32_t reserved2;
};

_Static_assert(sizeof(struct cc_blob) == EFI_CC_BLOB_SIZE, "no padding");

/* 067b1f5f-cf26-44c5-8554-93d777912d42 (EFI_CC_BLOB_GUID in Linux), in memory order. */
static const uint8_t cc_blob_guid[CONFIG_TABLE_GUID_BYTES] = {
	0x5f, 0x1f, 0x7b, 0x06, 0x26, 0xcf, 0xc5, 0x44,
	0x85, 0x54, 0x93, 0xd7, 0x77, 0x91, 0x2d, 0x42,
};

/* Maps length bytes at start. Returns true if they can be read now. */
static bool map_area(struct identity_map *map, struct efi_area *area, uint64_t start,
		     uint64_t length)
{
	uint64_t pages_before = map->pages_added;

	area->start = start;
	area->end = start;
	if (!start) {
		area->status = EFI_AREA_NO_ADDRESS;
		return false;
	}
	if (__builtin_add_overflow(start, length, &area->end)) {
		area->end = start;
		area->map_status = IDENTITY_MAP_BAD_RANGE;
	} else {
		area->map_status = identity_map_add(map, start, area->end);
	}
	area->pages_added = map->pages_added - pages_before;
	area->status = area->map_status ? EFI_AREA_NOT_MAPPED : EFI_AREA_MAPPED;
	return area->status == EFI_AREA_MAPPED;
}

/* Reads from an area that map_area() has mapped. */
static bool read_area(const struct identity_map *map, struct efi_area *area,
		      uint64_t offset, void *buffer, size_t length)
{
	if (physical_read(&map->memory, area->start + offset, buffer, length))
		return true;
	/* Happens on the host only, where the simulated memory has an end. */
	area->status = EFI_AREA_NOT_MAPPED;
	area->map_status = IDENTITY_MAP_BEYOND_LIMIT;
	return false;
}

/* Returns the number of entries in the array; 0 if the system table is invalid. */
static uint64_t count_config_tables(struct identity_map *map, uint64_t address,
				    struct efi_area *area)
{
	uint64_t signature, count;

	if (!map_area(map, area, address, EFI_SYSTEM_TABLE_SIZE) ||
	    !read_area(map, area, 0, &signature, sizeof(signature)) ||
	    !read_area(map, area, SYSTEM_TABLE_NUMBER_OF_TABLES, &count, sizeof(count)))
		return 0;
	if (signature != SYSTEM_TABLE_SIGNATURE) {
		area->status = EFI_AREA_BAD_SIGNATURE;
		return 0;
	}
	if (!count || count > EFI_CONFIG_TABLES_MAX) {
		area->status = EFI_AREA_BAD_COUNT;
		return 0;
	}
	return count;
}

/* Finds the first CC blob, which the kernel uses, too. Returns false without one. */
static bool find_cc_blob(const struct identity_map *map, struct efi_area *area,
			 uint64_t count, uint64_t *address)
{
	for (uint64_t i = 0; i < count; i++) {
		uint8_t entry[EFI_CONFIG_TABLE_SIZE];

		if (!read_area(map, area, i * EFI_CONFIG_TABLE_SIZE, entry,
			       sizeof(entry)))
			return false;
		if (memcmp(entry, cc_blob_guid, CONFIG_TABLE_GUID_BYTES))
			continue;
		memcpy(address, entry + CONFIG_TABLE_GUID_BYTES, sizeof(*address));
		return true;
	}
	return false;
}

static void map_cc_page(struct identity_map *map, struct efi_area *area, uint64_t address,
			uint64_t length)
{
	if (!length || length > EFI_CC_BLOB_AREA_MAX) {
		area->start = address;
		area->end = address;
		area->status = EFI_AREA_BAD_LENGTH;
		return;
	}
	map_area(map, area, address, length);
}

static void map_cc_blob(struct identity_map *map, uint64_t address,
			struct efi_area *areas)
{
	struct efi_area *area = &areas[EFI_AREA_CC_BLOB];
	struct cc_blob blob;

	if (!map_area(map, area, address, EFI_CC_BLOB_SIZE) ||
	    !read_area(map, area, 0, &blob, sizeof(blob)))
		return;
	if (blob.magic != CC_BLOB_MAGIC) {
		area->status = EFI_AREA_BAD_SIGNATURE;
		return;
	}
	map_cc_page(map, &areas[EFI_AREA_CC_SECRETS], blob.secrets, blob.secrets_length);
	map_cc_page(map, &areas[EFI_AREA_CC_CPUID], blob.cpuid, blob.cpuid_length);
}

void efi_map_tables(struct identity_map *map, uint64_t system_table,
		    uint64_t config_table_array, struct efi_map_result *result)
{
	struct efi_area *areas = result->areas;
	uint64_t count, cc_blob;

	memset(result, 0, sizeof(*result));
	count = count_config_tables(map, system_table, &areas[EFI_AREA_SYSTEM_TABLE]);
	if (!count)
		return;
	result->config_tables = count;
	if (!map_area(map, &areas[EFI_AREA_CONFIG_TABLES], config_table_array,
		      count * EFI_CONFIG_TABLE_SIZE))
		return;
	if (find_cc_blob(map, &areas[EFI_AREA_CONFIG_TABLES], count, &cc_blob))
		map_cc_blob(map, cc_blob, areas);
}

/* A blob in the array at address 0 does not count here, as in Linux. */
void efi_map_setup_data_blob(struct identity_map *map, uint64_t address,
			     struct efi_map_result *result)
{
	if (!result->areas[EFI_AREA_CC_BLOB].start)
		map_cc_blob(map, address, result->areas);
}

bool efi_set_table_address(const struct physical_memory *memory,
			   const struct efi_map_result *result, const uint8_t *guid,
			   uint64_t address)
{
	const struct efi_area *area = &result->areas[EFI_AREA_CONFIG_TABLES];
	void *array;

	if (area->status != EFI_AREA_MAPPED ||
	    !physical_pointer(memory, area->start, area->end - area->start, &array))
		return false;
	for (uint64_t i = 0; i < result->config_tables; i++) {
		uint8_t *entry = (uint8_t *)array + i * EFI_CONFIG_TABLE_SIZE;

		if (!memcmp(entry, guid, CONFIG_TABLE_GUID_BYTES))
			memcpy(entry + CONFIG_TABLE_GUID_BYTES, &address,
			       sizeof(address));
	}
	return true;
}

const char *efi_area_name(enum efi_area_id id)
{
	/* Arrays of arrays here and below: pointers would need relocations. */
	static const char names[EFI_AREAS][32] = {
		[EFI_AREA_SYSTEM_TABLE] = "the EFI system table",
		[EFI_AREA_CONFIG_TABLES] = "the EFI config table array",
		[EFI_AREA_CC_BLOB] = "the CC blob",
		[EFI_AREA_CC_SECRETS] = "the CC secrets page",
		[EFI_AREA_CC_CPUID] = "the CC CPUID page",
	};

	return (unsigned int)id < EFI_AREAS ? names[id] : "an EFI table";
}

bool efi_area_was_skipped(const struct efi_area *area)
{
	return area->status != EFI_AREA_NOT_REACHED && area->status != EFI_AREA_MAPPED;
}

const char *efi_area_reason(const struct efi_area *area)
{
	static const char reasons[EFI_AREA_STATUSES][48] = {
		[EFI_AREA_NOT_REACHED] = "is not there",
		[EFI_AREA_MAPPED] = "is mapped",
		[EFI_AREA_NOT_MAPPED] = "cannot be mapped",
		[EFI_AREA_NO_ADDRESS] = "has no address",
		[EFI_AREA_BAD_SIGNATURE] = "has a wrong signature",
		[EFI_AREA_BAD_COUNT] = "has an impossible number of entries",
		[EFI_AREA_BAD_LENGTH] = "has an impossible length",
	};

	if (area->status == EFI_AREA_NOT_MAPPED)
		return identity_map_reason(area->map_status);
	return (unsigned int)area->status < EFI_AREA_STATUSES ? reasons[area->status]
							      : "failed";
}
