/* SPDX-License-Identifier: GPL-2.0-only */
#include "plant.h"

/* Linux, arch/x86/include/asm/sev.h: struct cc_blob_sev_info. */
#define CC_BLOB_GUID                                                   \
	{                                                              \
		0x067b1f5f, 0xcf26, 0x44c5,                            \
		{                                                      \
			0x85, 0x54, 0x93, 0xd7, 0x77, 0x91, 0x2d, 0x42 \
		}                                                      \
	}
#define CC_BLOB_MAGIC 0x45444d41

struct cc_blob {
	UINT32 magic;
	UINT16 version, reserved;
	UINT64 secrets;
	UINT32 secrets_length, reserved1;
	UINT64 cpuid;
	UINT32 cpuid_length, reserved2;
};

/* The head of the CPUID page (SEV-SNP firmware ABI, "CPUID page"). */
struct cpuid_page {
	UINT32 count, reserved[3];
};

/* UEFI specification 2.10, 23.4: EFI_SYSTEM_RESOURCE_TABLE. */
#define ESRT_GUID                                                      \
	{                                                              \
		0xb122a263, 0x3661, 0x4f68,                            \
		{                                                      \
			0x99, 0x29, 0x78, 0xf8, 0xb0, 0xd6, 0x21, 0x80 \
		}                                                      \
	}

struct esrt_entry {
	EFI_GUID firmware;
	UINT32 type, version, lowest, flags, last_version, last_status;
};

struct esrt {
	UINT32 count, maximum;
	UINT64 version;
	struct esrt_entry entries[];
};

/*
 * Linux, include/linux/efi.h: efi_mokvar_table_entry; shim's mok_variable_config_entry.
 */
#define MOK_GUID                                                       \
	{                                                              \
		0xc451ed2b, 0x9694, 0x45d3,                            \
		{                                                      \
			0xba, 0xba, 0xed, 0x9f, 0x89, 0x88, 0xa3, 0x89 \
		}                                                      \
	}
#define MOK_NAME_BYTES 256

struct mok_entry {
	CHAR8 name[MOK_NAME_BYTES];
	UINT64 size;
	UINT8 data[];
};

/* Linux, include/linux/efi.h: linux_efi_memreserve. */
#define MEMRESERVE_GUID                                                \
	{                                                              \
		0x888eb0c6, 0x8ede, 0x4ff5,                            \
		{                                                      \
			0xa8, 0xf0, 0x9a, 0xee, 0x5c, 0xb9, 0x77, 0xc2 \
		}                                                      \
	}
#define RESERVED_PAGES 3

struct memreserve {
	UINT32 size, count;
	UINT64 next;
	struct {
		UINT64 base, size;
	} entry[1];
};

static void *pages_of(EFI_MEMORY_TYPE type, UINTN bytes)
{
	EFI_PHYSICAL_ADDRESS address = 0;

	must(L"memory for a table",
	     BS->AllocatePages(AllocateAnyPages, type, EFI_SIZE_TO_PAGES(bytes),
			       &address));
	ZeroMem((void *)address, EFI_SIZE_TO_PAGES(bytes) * EFI_PAGE_SIZE);
	return (void *)address;
}

static void *boot_services_pages(UINTN bytes)
{
	return pages_of(EfiBootServicesData, bytes);
}

static void install(const CHAR16 *name, EFI_GUID *guid, void *table)
{
	must(name, BS->InstallConfigurationTable(guid, table));
	report(L"planted=%s 0x%lx", name, (UINT64)table);
}

/* Fills the range with pseudo-random bytes, which differ for each seed. */
static void fill(UINT8 *bytes, UINTN length, UINT32 seed)
{
	for (UINTN i = 0; i < length; i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (UINT8)(seed >> 24);
	}
}

static void plant_esrt(UINT32 count)
{
	EFI_GUID guid = ESRT_GUID;
	struct esrt *esrt =
		boot_services_pages(sizeof(*esrt) + count * sizeof(esrt->entries[0]));

	esrt->count = count;
	esrt->maximum = count;
	esrt->version = 1;
	for (UINT32 i = 0; i < count; i++) {
		struct esrt_entry *entry = &esrt->entries[i];

		fill((UINT8 *)&entry->firmware, sizeof(entry->firmware), i);
		entry->type = i ? 2 : 1; /* device, system firmware */
		entry->version = 0x100 + i;
		entry->lowest = 0x80 + i;
		entry->last_version = 0x100 + i;
	}
	install(L"ESRT", &guid, esrt);
}

static UINTN mok_data_bytes(UINTN i)
{
	return i * 1000 + 13;
}

/* An entry with an empty name ends the table. Linux does not load certificates from
 * variables with these names. */
static void plant_mok(UINTN count)
{
	EFI_GUID guid = MOK_GUID;
	UINTN bytes = sizeof(struct mok_entry);
	struct mok_entry *first, *entry;

	for (UINTN i = 0; i < count; i++)
		bytes += sizeof(*entry) + mok_data_bytes(i);
	first = boot_services_pages(bytes);
	entry = first;
	for (UINTN i = 0; i < count; i++) {
		CopyMem(entry->name, "MokTest0", sizeof("MokTest0"));
		entry->name[7] = (CHAR8)('0' + i % 10);
		entry->size = mok_data_bytes(i);
		fill(entry->data, entry->size, 0x1000 + (UINT32)i);
		entry = (struct mok_entry *)(entry->data + entry->size);
	}
	install(L"MOKvar", &guid, first);
}

/* List and areas lie in EfiLoaderData, as with Linux' EFI stub: only the list says that
 * this memory is in use. Each node names an area of its own. */
static void plant_memreserve(UINTN nodes)
{
	EFI_GUID guid = MEMRESERVE_GUID;
	struct memreserve *list = NULL;

	for (UINTN i = nodes; i--;) {
		struct memreserve *node = pages_of(EfiLoaderData, sizeof(*node));
		UINT8 *area = pages_of(EfiLoaderData, RESERVED_PAGES * EFI_PAGE_SIZE);

		fill(area, RESERVED_PAGES * EFI_PAGE_SIZE, 0x2000 + (UINT32)i);
		node->size = 1;
		node->count = 1;
		node->next = (UINT64)list;
		node->entry[0].base = (UINT64)area;
		node->entry[0].size = RESERVED_PAGES * EFI_PAGE_SIZE;
		list = node;
	}
	install(L"MEMRESERVE", &guid, list);
}

/*
 * If the array names the table, Linux trusts it and reads the CPUID page before it
 * checks whether the machine is an SEV guest. One empty CPUID entry is enough.
 */
static void plant_cc_blob(const CHAR8 *text, UINT64 address)
{
	EFI_GUID guid = CC_BLOB_GUID;
	struct cc_blob *blob = (struct cc_blob *)address;
	UINT64 secrets = number(text, "blob_secrets", 0);
	UINT64 cpuid = number(text, "blob_cpuid", 0);

	ZeroMem((void *)secrets, EFI_PAGE_SIZE);
	ZeroMem((void *)cpuid, EFI_PAGE_SIZE);
	((struct cpuid_page *)cpuid)->count = 1;
	ZeroMem(blob, EFI_PAGE_SIZE);
	blob->magic = (UINT32)number(text, "blob_magic", CC_BLOB_MAGIC);
	blob->secrets = secrets;
	blob->secrets_length = (UINT32)number(text, "blob_secrets_length", EFI_PAGE_SIZE);
	blob->cpuid = number(text, "blob_cpuid_named", cpuid);
	blob->cpuid_length = (UINT32)number(text, "blob_cpuid_length", EFI_PAGE_SIZE);
	install(L"CCBLOB", &guid, blob);
}

/* Invalid addresses as broken firmware might have them: for tables whose address Linux
 * checks against the memory map, and for an unknown GUID. */
static void plant_hostile(void)
{
	EFI_GUID esrt = ESRT_GUID, mok = MOK_GUID;
	EFI_GUID unknown = { 0x6b657865,
			     0x632d,
			     0x6566,
			     { 0x69, 0x2d, 0x68, 0x6f, 0x73, 0x74, 0x69, 0 } };
	EFI_GUID final_events = { 0x1e2ed096,
				  0x30e2,
				  0x4254,
				  { 0xbd, 0x89, 0x86, 0x3b, 0xbe, 0xf8, 0x23, 0x25 } };
	UINT64 targets[] = {
		0xfffffffffffffff8, /* wraps around */
		0x0000800000000000, /* no physical address on any CPU */
		0x000000ffffffff00, /* beyond all RAM */
		0xfed00000,	    /* HPET */
		0xfee00000,	    /* local APIC */
		(UINT64)ST,	    /* the system table itself */
		(UINT64)ST->ConfigurationTable,
		(UINT64)ST->ConfigurationTable + 24,
		1,
	};

	install(L"ESRT", &esrt, (void *)0x000000ffffffe000);
	install(L"MOKvar", &mok, (void *)0xfed00000);
	install(L"final-events", &final_events, (void *)0xfee00000);
	for (UINTN i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		unknown.Data4[7] = (UINT8)i;
		install(L"unknown", &unknown, (void *)targets[i]);
	}
}

void plant_tables(const CHAR8 *text)
{
	UINT64 count = number(text, "esrt", 0);
	UINT64 blob = number(text, "blob", 0);

	if (count)
		plant_esrt((UINT32)count);
	count = number(text, "mok", 0);
	if (count)
		plant_mok(count);
	count = number(text, "memreserve", 0);
	if (count)
		plant_memreserve(count);
	if (blob)
		plant_cc_blob(text, blob);
	if (number(text, "hostile", 0))
		plant_hostile();
}
