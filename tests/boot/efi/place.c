/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EFI application that moves the config table array, adds tables to it and starts Linux.
 *
 * The firmware of a test machine puts the array on its heap, nearly always next to
 * ordinary memory, where kernels map it by accident. This program runs between
 * firmware and kernel: it moves the array to the address in \place.txt and starts
 * \vmlinuz with the command line in \cmdline.txt.
 *
 * \place.txt holds key=value lines; without "array" nothing is moved:
 *
 *   region_start, region_end  memory that the kernel must not use as RAM. Whole
 *                             large pages (2 MiB), unless the array is to share
 *                             one with RAM
 *   array                     new physical address of the array
 *   spare                     number of free entries to keep after the array
 *
 *   soft_start, soft_end      memory with a special purpose, see soft_reserved.h
 *   virtual_smbios            1: see virtual_smbios.h
 *
 * and the tables to add, see plant.h.
 *
 * Reports go to the console and, as "efi.KEY=VALUE" lines, to the second serial
 * port, which the test runner reads.
 */
#include "plant.h"
#include "soft_reserved.h"
#include "virtual_smbios.h"

static EFI_HANDLE self;

static CHAR16 *widen(const CHAR8 *text)
{
	UINTN length = strlena(text);
	CHAR16 *wide = AllocateZeroPool((length + 1) * sizeof(*wide));

	if (!wide)
		give_up(L"command line", EFI_OUT_OF_RESOURCES);
	for (UINTN i = 0; i < length; i++)
		wide[i] = text[i] == '\n' ? ' ' : text[i];
	return wide;
}

/* -------------------------------------------------- moving the array */

static void set_checksum(EFI_TABLE_HEADER *header)
{
	UINT32 crc = 0;

	header->CRC32 = 0;
	must(L"CalculateCrc32", BS->CalculateCrc32(header, header->HeaderSize, &crc));
	header->CRC32 = crc;
}

/*
 * The firmware does not tell the array's capacity. If a later call of
 * InstallConfigurationTable() exceeds it, the firmware frees the array, and it crashes
 * if that memory is not from its pool. The kernel's EFI stub installs tables, so
 * enlarge the array before it is moved.
 */
static void grow_array(UINTN spare)
{
	EFI_GUID guid = { 0x6b657865,
			  0x632d,
			  0x6566,
			  { 0x69, 0x2d, 0x74, 0x65, 0x73, 0x74, 0x2d, 0 } };
	static UINT8 content;

	for (UINTN i = 0; i < spare; i++) {
		guid.Data4[7] = (UINT8)i;
		must(L"adding a spare table",
		     BS->InstallConfigurationTable(&guid, &content));
	}
	for (UINTN i = 0; i < spare; i++) {
		guid.Data4[7] = (UINT8)i;
		must(L"removing a spare table",
		     BS->InstallConfigurationTable(&guid, NULL));
	}
}

static void move_array(UINT64 address, UINT64 region_start, UINT64 region_end,
		       UINTN spare)
{
	EFI_PHYSICAL_ADDRESS region = region_start;
	EFI_CONFIGURATION_TABLE *target = (EFI_CONFIGURATION_TABLE *)address;
	UINTN room;

	grow_array(spare);
	room = (ST->NumberOfTableEntries + spare) * sizeof(*target);
	if (address < region_start || address + room > region_end)
		give_up(L"the region does not enclose the array", EFI_INVALID_PARAMETER);
	must(L"taking the region",
	     BS->AllocatePages(AllocateAddress, EfiRuntimeServicesData,
			       (region_end - region_start) >> EFI_PAGE_SHIFT, &region));
	/* Not the whole region: it may be a gigabyte, and slow to touch. */
	ZeroMem(target, room);
	CopyMem(target, ST->ConfigurationTable,
		ST->NumberOfTableEntries * sizeof(*target));
	ST->ConfigurationTable = target;
	set_checksum(&ST->Hdr);
}

/* ------------------------------------------------------------- Linux */

static void start_linux(EFI_HANDLE device, CHAR8 *command_line)
{
	EFI_DEVICE_PATH *path = FileDevicePath(device, L"\\vmlinuz");
	EFI_LOADED_IMAGE *image;
	EFI_HANDLE kernel;
	CHAR16 *options = widen(command_line);

	must(L"loading \\vmlinuz", BS->LoadImage(FALSE, self, path, NULL, 0, &kernel));
	must(L"the kernel's image protocol",
	     BS->HandleProtocol(kernel, &LoadedImageProtocol, (void **)&image));
	image->LoadOptions = options;
	image->LoadOptionsSize = (UINT32)((StrLen(options) + 1) * sizeof(CHAR16));
	report(L"start=\\vmlinuz");
	must(L"starting \\vmlinuz", BS->StartImage(kernel, NULL, NULL));
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *system_table)
{
	EFI_LOADED_IMAGE *image;
	EFI_FILE_HANDLE root;
	CHAR8 *place, *command_line;
	UINT64 array, soft_start;

	InitializeLib(handle, system_table);
	serial_begin();
	self = handle;
	must(L"own image protocol",
	     BS->HandleProtocol(handle, &LoadedImageProtocol, (void **)&image));
	root = LibOpenRoot(image->DeviceHandle);
	if (!root)
		give_up(L"opening the ESP", EFI_DEVICE_ERROR);
	place = read_text(root, L"\\place.txt");
	command_line = read_text(root, L"\\cmdline.txt");
	if (!command_line)
		give_up(L"\\cmdline.txt", EFI_NOT_FOUND);

	array = number(place, "array", 0);
	if (array)
		move_array(array, number(place, "region_start", 0),
			   number(place, "region_end", 0), number(place, "spare", 32));
	soft_start = number(place, "soft_start", 0);
	if (soft_start)
		soft_reserve(soft_start, number(place, "soft_end", 0));
	if (number(place, "virtual_smbios", 0))
		make_smbios_virtual();
	plant_tables(place);
	report(L"system_table=0x%lx", (UINT64)ST);
	report(L"array=0x%lx", (UINT64)ST->ConfigurationTable);
	report(L"entries=%d", ST->NumberOfTableEntries);
	start_linux(image->DeviceHandle, command_line);
	give_up(L"\\vmlinuz returned", EFI_ABORTED);
	return EFI_ABORTED;
}
