// SPDX-License-Identifier: GPL-2.0-only
#include "rsdp.h"

#include "../kexec/abi/efi.h"
#include "../kexec/abi/multiboot2.h"

/* ACPI 6.5, 5.2.5.3. An array, because a pointer would need a relocation. */
static const uint8_t signature[8] = { 'R', 'S', 'D', ' ', 'P', 'T', 'R', ' ' };

struct tag {
	uint32_t type;
	uint32_t size;
};

_Static_assert(sizeof(struct tag) == MULTIBOOT2_TAG_SIZE, "no padding");
_Static_assert(MULTIBOOT2_ACPI_OLD_ROOM >= MULTIBOOT2_TAG_SIZE + RSDP_OLD_SIZE &&
		       MULTIBOOT2_ACPI_NEW_ROOM >= MULTIBOOT2_TAG_SIZE + EFI_RSDP_SIZE,
	       "room for a tag");

static bool adds_up_to_zero(const uint8_t *data, uint32_t bytes)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < bytes; i++)
		sum = (uint8_t)(sum + data[i]);
	return !sum;
}

/* Maps and reads so many bytes, and checks the sum that covers them. */
static bool read_checked(struct identity_map *map, uint64_t address, uint8_t *data,
			 uint32_t bytes, struct rsdp_result *result)
{
	result->status = RSDP_NOT_MAPPED;
	/* A sum that wraps is a bad range. */
	result->map_status = identity_map_add(map, address, address + bytes);
	if (result->map_status)
		return false;
	/* On the host only, where the simulated memory has an end. */
	result->map_status = IDENTITY_MAP_BEYOND_LIMIT;
	if (!physical_read(&map->memory, address, data, bytes))
		return false;
	if (memcmp(data, signature, sizeof(signature))) {
		result->status = RSDP_BAD_SIGNATURE;
		return false;
	}
	result->status = RSDP_BAD_CHECKSUM;
	return adds_up_to_zero(data, bytes);
}

static void write_tag(uint8_t *place, uint32_t room, uint32_t type, const uint8_t *data,
		      uint32_t bytes)
{
	const struct tag tag = { type, MULTIBOOT2_TAG_SIZE + bytes };

	memset(place, 0, room);
	memcpy(place, &tag, sizeof(tag));
	memcpy(place + sizeof(tag), data, bytes);
}

/* The first 20 bytes of a later root pointer are a valid one of ACPI 1.0. */
static void write_tags(uint8_t *place, const uint8_t *data, uint32_t bytes)
{
	write_tag(place, MULTIBOOT2_ACPI_OLD_ROOM, MULTIBOOT2_ACPI_OLD, data,
		  RSDP_OLD_SIZE);
	if (bytes > RSDP_OLD_SIZE)
		write_tag(place + MULTIBOOT2_ACPI_OLD_ROOM, MULTIBOOT2_ACPI_NEW_ROOM,
			  MULTIBOOT2_ACPI_NEW, data, bytes);
}

struct rsdp_result rsdp_copy(struct identity_map *map, const struct purgatory_rsdp *rsdp)
{
	struct rsdp_result result = { .status = RSDP_NOT_MAPPED };
	uint8_t data[EFI_RSDP_SIZE] = { 0 };
	uint32_t bytes = RSDP_OLD_SIZE;
	void *tags, *bios_memory;

	/* The old size first: nothing that can be read needs to lie behind it. */
	if (!read_checked(map, rsdp->address, data, bytes, &result))
		return result;
	if (data[RSDP_REVISION] >= 2) {
		bytes = EFI_RSDP_SIZE;
		if (!read_checked(map, rsdp->address, data, bytes, &result))
			return result;
	}
	result.status = RSDP_OUTSIDE;
	if (!physical_pointer(&map->memory, rsdp->tags, MULTIBOOT2_ACPI_ROOM, &tags) ||
	    !physical_pointer(&map->memory, rsdp->bios_memory, EFI_RSDP_SIZE,
			      &bios_memory))
		return result;
	if (rsdp->tags)
		write_tags(tags, data, bytes);
	if (rsdp->bios_memory)
		memcpy(bios_memory, data, bytes);
	result.status = RSDP_COPIED;
	result.bytes = bytes;
	return result;
}

const char *rsdp_reason(const struct rsdp_result *result)
{
	/* An array of arrays: pointers would need relocations. */
	static const char reasons[RSDP_STATUSES][48] = {
		[RSDP_COPIED] = "is copied",
		[RSDP_NOT_MAPPED] = "cannot be mapped",
		[RSDP_OUTSIDE] = "is to be copied to a place outside memory",
		[RSDP_BAD_SIGNATURE] = "has a wrong signature",
		[RSDP_BAD_CHECKSUM] = "has a wrong checksum",
	};

	if (result->status == RSDP_NOT_MAPPED)
		return identity_map_reason(result->map_status);
	return (unsigned int)result->status < RSDP_STATUSES ? reasons[result->status]
							    : "failed";
}
