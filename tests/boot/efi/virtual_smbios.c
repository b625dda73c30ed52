/* SPDX-License-Identifier: GPL-2.0-only */
#include "virtual_smbios.h"

/* UEFI specification 2.10, 4.6: SMBIOS_TABLE_GUID, as two numbers in memory order. */
#define SMBIOS_GUID_LOW	 0x11d32d88eb9d2d31ull
#define SMBIOS_GUID_HIGH 0x4dc13f279000169aull

/* An address without memory, for a table that the kernel does not map virtually. */
#define NOT_PHYSICAL 0xfffffffe00000000ull

/* Data of the notification, in memory that stays reserved for the firmware. */
struct context {
	EFI_SYSTEM_TABLE *system_table;
	EFI_CONVERT_POINTER convert;
};

/*
 * Runs from a copy when this application is gone, so it calls nothing and uses no data
 * but its context. The array's address is still a physical one then.
 */
static VOID EFIAPI notified(EFI_EVENT event, VOID *data)
{
	struct context *context = data;
	EFI_CONFIGURATION_TABLE *tables = context->system_table->ConfigurationTable;

	(void)event;
	for (UINTN i = 0; i < context->system_table->NumberOfTableEntries; i++) {
		const UINT64 *guid = (const UINT64 *)&tables[i].VendorGuid;

		if (guid[0] != SMBIOS_GUID_LOW || guid[1] != SMBIOS_GUID_HIGH)
			continue;
		if (context->convert(0, &tables[i].VendorTable) != EFI_SUCCESS)
			tables[i].VendorTable =
				(VOID *)((UINT64)tables[i].VendorTable | NOT_PHYSICAL);
	}
}

static void *runtime_page(EFI_MEMORY_TYPE type)
{
	EFI_PHYSICAL_ADDRESS address = 0;

	must(L"memory for the notification",
	     BS->AllocatePages(AllocateAnyPages, type, 1, &address));
	return (void *)address;
}

void make_smbios_virtual(void)
{
	void *code = runtime_page(EfiRuntimeServicesCode);
	struct context *context = runtime_page(EfiRuntimeServicesData);
	EFI_EVENT event;

	/* More than the function has: what follows it is not executed. */
	CopyMem(code, (void *)notified, EFI_PAGE_SIZE / 2);
	context->system_table = ST;
	context->convert = RT->ConvertPointer;
	must(L"waiting for SetVirtualAddressMap",
	     BS->CreateEvent(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE, TPL_NOTIFY,
			     (EFI_EVENT_NOTIFY)code, context, &event));
	report(L"virtual_smbios=1");
}
