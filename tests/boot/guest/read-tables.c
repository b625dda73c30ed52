/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * read-tables DIRECTORY
 *
 * Writes the EFI system table, the config table array and each table that Linux keeps
 * to DIRECTORY, one file for each, and prints for each
 *
 *   NAME GUID ADDRESS LENGTH        (the file has that name)
 *   NAME GUID ADDRESS -  REASON     not kept by Linux, not readable, or written to
 *
 * The lengths come from the tables themselves, by the layouts in the UEFI specification
 * 2.10, ACPI 6.5, SMBIOS 3.6, TCG PC Client Platform Firmware Profile 1.05 and Linux'
 * include/linux/efi.h. This is a reader of its own, which shares no code with kexec.
 *
 * It reads reserved memory from /dev/mem and RAM from /proc/kcore.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/physical.h"

/* The largest size of one table, in bytes; those of test machines are smaller. */
#define MAX_SIZE (16ULL << 20)

static const char *directory;

/* A little-endian number of 1 to 8 bytes; UINT64_MAX if the memory cannot be read, which
 * is not a valid length of any table. */
static uint64_t number(uint64_t address, unsigned int bytes)
{
	uint64_t value = 0;

	return read_memory(address, &value, bytes) ? value : UINT64_MAX;
}

/* -------------------------------------------------------------- output */

static void not_kept(const char *name, const char *guid, uint64_t address,
		     const char *reason)
{
	printf("%s %s 0x%" PRIx64 " - %s\n", name, guid, address, reason);
}

static void write_file(const char *name, const unsigned char *content, size_t length)
{
	char path[4096];
	FILE *file;
	bool done;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	done = file && fwrite(content, length, 1, file) == 1;
	if (!file || fclose(file) || !done)
		exit(1);
}

static bool keep(const char *name, const char *guid, uint64_t address, uint64_t length)
{
	unsigned char *content;

	if (!length || length > MAX_SIZE || address + length < address) {
		not_kept(name, guid, address, "impossible length");
		return false;
	}
	content = malloc(length);
	if (!content || !read_memory(address, content, length)) {
		free(content);
		not_kept(name, guid, address, "not readable");
		return false;
	}
	write_file(name, content, length);
	free(content);
	printf("%s %s 0x%" PRIx64 " %" PRIu64 "\n", name, guid, address, length);
	return true;
}

/* ------------------------------------------------------- kinds of tables */

/* ACPI 6.5, 5.2.6: every table but RSDP and FACS begins with signature and length. */
static void keep_acpi_table(uint64_t address)
{
	char name[16] = "ACPI-";
	static int seen_ssdt;

	if (!read_memory(address, name + 5, 4))
		memcpy(name + 5, "????", 4);
	for (char *c = name + 5; *c; c++)
		if (*c < '0' || *c > 'Z')
			*c = '_';
	if (!strcmp(name, "ACPI-SSDT"))
		snprintf(name, sizeof(name), "ACPI-SSDT%d", seen_ssdt++);
	keep(name, "-", address, number(address + 4, 4));
}

/* 5.2.9: the FADT has two fields for the DSDT's address and two for that of the FACS. */
static void keep_fadt_children(uint64_t fadt)
{
	uint64_t length = number(fadt + 4, 4);
	uint64_t dsdt = length >= 148 ? number(fadt + 140, 8) : 0;
	uint64_t facs = length >= 140 ? number(fadt + 132, 8) : 0;

	keep_acpi_table(dsdt ? dsdt : number(fadt + 40, 4));
	if (!facs)
		facs = number(fadt + 36, 4);
	/* Firmware and kernel write to the FACS, so its bytes are not compared. */
	printf("ACPI-FACS - 0x%" PRIx64 " - lock of %" PRIu64 " bytes\n", facs,
	       number(facs + 4, 4));
}

/* 5.2.5.3, 5.2.7, 5.2.8. entry: bytes of each pointer in the root table. */
static void keep_acpi(const char *name, const char *guid, uint64_t address)
{
	bool first = !strcmp(name, "ACPI");
	uint64_t root = first ? number(address + 16, 4) : number(address + 24, 8);
	unsigned int entry = first ? 4 : 8;
	uint64_t length = number(root + 4, 4);

	keep(name, guid, address, first ? 20 : number(address + 20, 4));
	keep_acpi_table(root);
	/* RSDT and XSDT name the same tables, so read only those of the XSDT. */
	if (first || length > MAX_SIZE)
		return;
	for (uint64_t offset = 36; offset + entry <= length; offset += entry) {
		uint64_t table = number(root + offset, entry);

		keep_acpi_table(table);
		if (number(table, 4) == 0x50434146) /* "FACP" */
			keep_fadt_children(table);
	}
}

/* SMBIOS 3.6, 5.2.1 and 5.2.2: entry points of 32 and 64 bits. */
static void keep_smbios(const char *name, const char *guid, uint64_t address)
{
	bool wide = !strcmp(name, "SMBIOS3");

	keep(name, guid, address, number(address + (wide ? 6 : 5), 1));
	keep(wide ? "SMBIOS3-structures" : "SMBIOS-structures", "-",
	     wide ? number(address + 16, 8) : number(address + 24, 4),
	     wide ? number(address + 12, 4) : number(address + 22, 2));
}

/* UEFI 2.10, 4.6.3. */
static void keep_memattr(const char *name, const char *guid, uint64_t address)
{
	if (number(address, 4) > 2)
		not_kept(name, guid, address, "impossible version");
	else
		keep(name, guid, address,
		     16 + number(address + 4, 4) * number(address + 8, 4));
}

/* UEFI 2.10, 23.4. */
static void keep_esrt(const char *name, const char *guid, uint64_t address)
{
	if (number(address + 8, 8) != 1)
		not_kept(name, guid, address, "impossible version");
	else
		keep(name, guid, address, 16 + number(address, 4) * 40);
}

/* Linux: name of 256 bytes, size, data; an entry without a name is the last. */
static void keep_mok(const char *name, const char *guid, uint64_t address)
{
	uint64_t offset = 0;

	for (; offset < MAX_SIZE && number(address + offset, 1) != 0;) {
		uint64_t size = number(address + offset + 256, 8);

		if (size > MAX_SIZE) {
			not_kept(name, guid, address, "impossible entry");
			return;
		}
		offset += 264 + size;
	}
	keep(name, guid, address, offset + 264);
}

static void keep_rng_seed(const char *name, const char *guid, uint64_t address)
{
	/* Linux clears the seed's bytes after use, so only the size stays. */
	uint64_t size = number(address, 4);

	printf("%s %s 0x%" PRIx64 " - seed of %" PRIu64 " bytes\n", name, guid, address,
	       size);
}

/* Linux: size of the entries, how many are used, next node, (base, size) pairs. The
 * areas of all nodes are numbered in one sequence. */
static void keep_reservations(const char *name, const char *guid, uint64_t address)
{
	char node[32], area[32];
	int areas = 0;

	keep(name, guid, address, 16 + 16 * number(address, 4));
	for (int i = 1; i <= 16; i++) {
		for (uint64_t j = 0; j < number(address + 4, 4) && j < 16; j++) {
			snprintf(area, sizeof(area), "%s-area%d", name, areas++);
			keep(area, "-", number(address + 16 + 16 * j, 8),
			     number(address + 24 + 16 * j, 8));
		}
		address = number(address + 8, 8);
		if (!address)
			break;
		snprintf(node, sizeof(node), "%s-node%d", name, i);
		keep(node, "-", address, 16 + 16 * number(address, 4));
	}
}

static uint64_t event_log;

/* Linux: size, number of bytes that the final events repeat, version, log. */
static void keep_event_log(const char *name, const char *guid, uint64_t address)
{
	keep(name, guid, address, 9 + number(address, 4));
}

/* TCG profile, 10.4.5.1: the log's first event says how long digests are. */
static uint64_t digest_bytes(uint64_t algorithm)
{
	uint64_t spec = event_log + 9 + 32; /* data of a TCG_PCClientPCREvent */
	uint64_t algorithms = event_log ? number(spec + 24, 4) : 0;

	for (uint64_t i = 0; i < algorithms && i < 16; i++)
		if (number(spec + 28 + 4 * i, 2) == algorithm)
			return number(spec + 28 + 4 * i + 2, 2);
	return UINT64_MAX;
}

/* TCG EFI protocol specification 1.0, 7: version, count, TCG_PCR_EVENT2s. */
static void keep_final_events(const char *name, const char *guid, uint64_t address)
{
	uint64_t offset = 16, events = number(address + 8, 8);

	for (uint64_t i = 0; i < events && events < 4096; i++) {
		uint64_t digests = number(address + offset + 8, 4);

		offset += 12;
		for (uint64_t j = 0; j < digests && digests < 16; j++) {
			uint64_t size = digest_bytes(number(address + offset, 2));

			if (size > 64) {
				not_kept(name, guid, address, "unknown digest");
				return;
			}
			offset += 2 + size;
		}
		offset += 4 + number(address + offset, 4);
		if (offset > MAX_SIZE)
			break;
	}
	keep(name, guid, address, offset);
}

/* UEFI 2.10, 4.6.2: version, length. */
static void keep_rt_properties(const char *name, const char *guid, uint64_t address)
{
	not_kept(name, guid, address, "read once, not kept by Linux");
}

/* Linux does not reserve it, because only the first kernel reads it. */
static void leave_initrd(const char *name, const char *guid, uint64_t address)
{
	not_kept(name, guid, address, "stale, not kept by Linux");
}

static const struct {
	const char *guid, *name;
	void (*keep)(const char *name, const char *guid, uint64_t address);
} kinds[] = {
	{ "8868e871-e4f1-11d3-bc22-0080c73c8881", "ACPI2", keep_acpi },
	{ "eb9d2d30-2d88-11d3-9a16-0090273fc14d", "ACPI", keep_acpi },
	{ "eb9d2d31-2d88-11d3-9a16-0090273fc14d", "SMBIOS", keep_smbios },
	{ "f2fd1544-9794-4a2c-992e-e5bbcf20e394", "SMBIOS3", keep_smbios },
	{ "dcfa911d-26eb-469f-a220-38b7dc461220", "memory-attributes", keep_memattr },
	{ "b122a263-3661-4f68-9929-78f8b0d62180", "ESRT", keep_esrt },
	{ "c451ed2b-9694-45d3-baba-ed9f8988a389", "MOK-variables", keep_mok },
	{ "1ce1e5bc-7ceb-42f2-81e5-8aadf180f57b", "RNG-seed", keep_rng_seed },
	{ "b7799cb0-eca2-4943-9667-1fae07b747fa", "TPM-event-log", keep_event_log },
	{ "1e2ed096-30e2-4254-bd89-863bbef82325", "TPM-final-events", keep_final_events },
	{ "888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2", "reservations", keep_reservations },
	{ "eb66918a-7eef-402a-842e-931d21c38ae9", "RT-properties", keep_rt_properties },
	{ "5568e427-68fc-4f3d-ac74-ca555231cc68", "initrd", leave_initrd },
};

/* ---------------------------------------------------------------- array */

/* UEFI 2.10, appendix A: three little-endian fields, then bytes. */
static void guid_text(uint64_t address, char *text, size_t size)
{
	unsigned char b[16] = { 0 };

	read_memory(address, b, sizeof(b));
	snprintf(text, size,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11],
		 b[12], b[13], b[14], b[15]);
}

static void keep_entry(uint64_t entry)
{
	uint64_t address = number(entry + 16, 8);
	char guid[40];

	guid_text(entry, guid, sizeof(guid));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].guid, guid)) {
			kinds[i].keep(kinds[i].name, guid, address);
			return;
		}
	/* Linux frees boot services memory unless it knows a table that lies there. */
	not_kept("other", guid, address, "not kept by Linux");
}

/*
 * The address of the INITRD table is left out of the file, because purgatory changes it
 * on purpose: its memory is free.
 */
static void keep_array(uint64_t array, uint64_t entries)
{
	unsigned char *content = malloc(entries * 24);

	if (!content || !read_memory(array, content, entries * 24))
		exit(1);
	for (uint64_t i = 0; i < entries; i++) {
		char guid[40];

		guid_text(array + i * 24, guid, sizeof(guid));
		if (!strcmp(guid, "5568e427-68fc-4f3d-ac74-ca555231cc68"))
			memset(content + i * 24 + 16, 0, 8);
	}
	write_file("table-array", content, entries * 24);
	free(content);
	printf("table-array - 0x%" PRIx64 " %" PRIu64 "\n", array, entries * 24);
}

/* Linux, Documentation/arch/x86/zero-page.rst: efi_info at 0x1c0. */
static uint64_t system_table(void)
{
	unsigned char zero_page[0x1e0];
	uint32_t low, high;
	FILE *file = fopen("/sys/kernel/boot_params/data", "r");

	if (!file || fread(zero_page, sizeof(zero_page), 1, file) != 1)
		exit(1);
	fclose(file);
	memcpy(&low, zero_page + 0x1c4, sizeof(low));
	memcpy(&high, zero_page + 0x1d8, sizeof(high));
	return (uint64_t)high << 32 | low;
}

int main(int argc, char **argv)
{
	uint64_t table, array = 0, entries;
	FILE *file = fopen("/sys/firmware/efi/config_table", "r");

	if (argc != 2 || !file || fscanf(file, "%" SCNx64, &array) != 1)
		return 2;
	fclose(file);
	directory = argv[1];
	table = system_table();
	/* UEFI 2.10, 4.3. */
	if (number(table, 8) != 0x5453595320494249 || number(table + 104, 8) > 1024)
		return 1;
	entries = number(table + 104, 8);
	keep("system-table", "-", table, 120);
	keep_array(array, entries);
	for (uint64_t i = 0; i < entries; i++) {
		char guid[40];

		guid_text(array + i * 24, guid, sizeof(guid));
		if (!strcmp(guid, "b7799cb0-eca2-4943-9667-1fae07b747fa"))
			event_log = number(array + i * 24 + 16, 8);
	}
	for (uint64_t i = 0; i < entries; i++)
		keep_entry(array + i * 24);
	return 0;
}
