/* SPDX-License-Identifier: GPL-2.0-only */
#include "soft_reserved.h"

/* UEFI specification 2.10, 7.2.3: EFI_MEMORY_SP, for memory with a special purpose. */
#define SPECIAL_PURPOSE 0x40000ull
/*
 * A memory type for boot loaders; the firmware does not merge such a range with others.
 */
#define OWN_TYPE ((EFI_MEMORY_TYPE)0x80000000u)

static EFI_GET_MEMORY_MAP firmware_map;
static EFI_PHYSICAL_ADDRESS reserved;

/* Replaces GetMemoryMap(): describes the range as free memory with a special purpose. */
static EFI_STATUS EFIAPI changed_map(UINTN *size, EFI_MEMORY_DESCRIPTOR *map, UINTN *key,
				     UINTN *descriptor_size, UINT32 *version)
{
	EFI_STATUS status = firmware_map(size, map, key, descriptor_size, version);

	if (EFI_ERROR(status))
		return status;
	for (UINTN at = 0; at < *size; at += *descriptor_size) {
		EFI_MEMORY_DESCRIPTOR *one = (EFI_MEMORY_DESCRIPTOR *)((UINT8 *)map + at);

		if (one->PhysicalStart != reserved)
			continue;
		one->Type = EfiConventionalMemory;
		one->Attribute |= SPECIAL_PURPOSE;
	}
	return status;
}

void soft_reserve(UINT64 start, UINT64 end)
{
	reserved = start;
	must(L"taking the soft-reserved range",
	     BS->AllocatePages(AllocateAddress, OWN_TYPE, (end - start) >> EFI_PAGE_SHIFT,
			       &reserved));
	firmware_map = BS->GetMemoryMap;
	BS->GetMemoryMap = changed_map;
}
