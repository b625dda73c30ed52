/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EFI application that moves the config table array and starts Linux.
 *
 * The firmware of a test machine puts the array wherever its heap happens to
 * grow, nearly always next to ordinary memory, where any kernel maps it by
 * accident. This program stands between firmware and kernel, puts the array
 * where \place.txt says, and then starts \vmlinuz with the command line in
 * \cmdline.txt.
 *
 * \place.txt holds key=value lines; without "array" nothing is moved:
 *
 *   region_start, region_end  memory to take out of the kernel's hands. Whole
 *                             large pages (2 MiB), unless the array is to share
 *                             one with RAM
 *   array                     new physical address of the array
 *   spare                     entries of room to keep behind the array
 *   blob, blob_cpuid          inside the region: plant a table that looks like
 *                             an SEV-SNP guest's, and the CPUID page it names
 *
 * What was done goes to the console and, as "efi.KEY=VALUE" lines, to the
 * second serial port, which the test runner reads.
 */
#include <efi.h>
#include <efilib.h>

#define COM1 0x3f8
#define COM2 0x2f8

/* The table through which SEV-SNP firmware announces itself, and the head of
 * the CPUID page (SEV-SNP firmware ABI, "CPUID page"). */
#define CC_BLOB_GUID                                                   \
	{                                                              \
		0x067b1f5f, 0xcf26, 0x44c5,                            \
		{                                                      \
			0x85, 0x54, 0x93, 0xd7, 0x77, 0x91, 0x2d, 0x42 \
		}                                                      \
	}

struct cc_blob {
	UINT32 magic;
	UINT16 version, reserved;
	UINT64 secrets;
	UINT32 secrets_length, reserved1;
	UINT64 cpuid;
	UINT32 cpuid_length, reserved2;
};

struct cpuid_page {
	UINT32 count, reserved[3];
};

static EFI_HANDLE self;

/* ------------------------------------------------------- serial ports */

static void out_byte(UINT16 port, UINT8 value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static UINT8 in_byte(UINT16 port)
{
	UINT8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void serial_setup(UINT16 port)
{
	out_byte(port + 1, 0x00); /* no interrupts */
	out_byte(port + 3, 0x80); /* divisor: 1, for 115200 baud */
	out_byte(port + 0, 0x01);
	out_byte(port + 1, 0x00);
	out_byte(port + 3, 0x03); /* 8 bits, no parity, one stop bit */
}

static void serial_text(UINT16 port, const CHAR16 *text)
{
	for (; *text; text++) {
		for (UINTN patience = 100000; patience; patience--)
			if (in_byte(port + 5) & 0x20)
				break;
		out_byte(port, (UINT8)*text);
	}
}

/*
 * One line for the runner, and the same for whoever reads the console. Not
 * with Print(): OVMF's console is on both ports and adds escape sequences.
 */
static void report(const CHAR16 *format, ...)
{
	CHAR16 line[256];
	va_list arguments;

	va_start(arguments, format);
	UnicodeVSPrint(line, sizeof(line), format, arguments);
	va_end(arguments);
	for (UINTN i = 0; i < 2; i++) {
		UINT16 port = i ? COM2 : COM1;

		/* The firmware may have left the cursor behind its own words. */
		serial_text(port, L"\r\nefi.");
		serial_text(port, line);
		serial_text(port, L"\r\n");
	}
}

/* The machine could not be prepared: say why and power off. */
static void give_up(const CHAR16 *what, EFI_STATUS status)
{
	report(L"failed=%s: %r", what, status);
	RT->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
	for (;;)
		__asm__ volatile("hlt");
}

static void must(const CHAR16 *what, EFI_STATUS status)
{
	if (EFI_ERROR(status))
		give_up(what, status);
}

/* ---------------------------------------------------- text on the ESP */

/* A file's content with a NUL behind it, or NULL if there is no such file. */
static CHAR8 *read_text(EFI_FILE_HANDLE root, CHAR16 *name)
{
	EFI_FILE_HANDLE file;
	EFI_FILE_INFO *info;
	UINTN size;
	CHAR8 *text;

	if (EFI_ERROR(root->Open(root, &file, name, EFI_FILE_MODE_READ, 0)))
		return NULL;
	info = LibFileInfo(file);
	if (!info)
		give_up(name, EFI_DEVICE_ERROR);
	size = info->FileSize;
	text = AllocateZeroPool(size + 1);
	if (!text)
		give_up(name, EFI_OUT_OF_RESOURCES);
	must(name, file->Read(file, &size, text));
	file->Close(file);
	return text;
}

/* The number behind "key=" at the start of a line, or fallback. */
static UINT64 number(const CHAR8 *text, const CHAR8 *key, UINT64 fallback)
{
	UINTN length = strlena(key);
	UINT64 value = 0;
	UINT64 base = 10;

	while (text && *text) {
		if (!strncmpa(text, key, length) && text[length] == '=')
			break;
		while (*text && *text++ != '\n')
			;
	}
	if (!text || !*text)
		return fallback;
	text += length + 1;
	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	for (;; text++) {
		CHAR8 c = *text | 0x20;
		UINT64 digit = c >= 'a' ? (UINT64)(c - 'a') + 10 : (UINT64)c - '0';

		if (digit >= base)
			return value;
		value = value * base + digit;
	}
}

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
 * The firmware keeps the array's capacity to itself. When a later
 * InstallConfigurationTable() outgrows it, it frees the array, and freeing
 * memory that did not come from its pool crashes it. The kernel's EFI stub
 * installs tables, so make it big enough while it still is the firmware's own.
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

/*
 * Linux trusts the table as soon as it is there, and looks into the CPUID page
 * before it checks that the CPU is an SEV guest at all. One empty CPUID entry
 * is enough for it.
 */
static void plant_cc_blob(UINT64 address, UINT64 cpuid)
{
	EFI_GUID guid = CC_BLOB_GUID;
	struct cc_blob *blob = (struct cc_blob *)address;
	struct cpuid_page *page = (struct cpuid_page *)cpuid;

	ZeroMem(page, EFI_PAGE_SIZE);
	page->count = 1;
	ZeroMem(blob, EFI_PAGE_SIZE);
	blob->magic = 0x45444d41;
	blob->secrets = address;
	blob->secrets_length = EFI_PAGE_SIZE;
	blob->cpuid = cpuid;
	blob->cpuid_length = EFI_PAGE_SIZE;
	must(L"planting the CC blob", BS->InstallConfigurationTable(&guid, blob));
	report(L"blob=0x%lx", address);
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
	UINT64 array, blob;

	InitializeLib(handle, system_table);
	serial_setup(COM1);
	serial_setup(COM2);
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

	array = number(place, (CHAR8 *)"array", 0);
	if (array)
		move_array(array, number(place, (CHAR8 *)"region_start", 0),
			   number(place, (CHAR8 *)"region_end", 0),
			   number(place, (CHAR8 *)"spare", 32));
	blob = number(place, (CHAR8 *)"blob", 0);
	if (array && blob)
		plant_cc_blob(blob, number(place, (CHAR8 *)"blob_cpuid", 0));
	report(L"system_table=0x%lx", (UINT64)ST);
	report(L"array=0x%lx", (UINT64)ST->ConfigurationTable);
	report(L"entries=%d", ST->NumberOfTableEntries);
	start_linux(image->DeviceHandle, command_line);
	give_up(L"\\vmlinuz returned", EFI_ABORTED);
	return EFI_ABORTED;
}
