/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record-memory BITS SYSTEM_TABLE_LOW SYSTEM_TABLE_HIGH ARRAY DIRECTORY <RANGES
 * record-memory kcore FILE
 *
 * Writes the pages that hold the EFI system table, the config table array and
 * the beginning of every config table to DIRECTORY, one file for each run of
 * adjacent pages, named after its first address in 16 hexadecimal digits. Lines of
 * ADDRESS LENGTH on standard input name further ranges whose pages are written.
 * BITS is the size of the firmware's words, 64 or 32.
 *
 * The second form writes the start of /proc/kcore to FILE: ELF header, program headers
 * and notes, but not the memory that follows.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/physical.h"

#define TABLE_PAGES 2 /* bytes read from each config table */
#define MAX_PAGES   512
#define KCORE_BYTES (4UL << 20) /* more than headers and notes ever need */

/*
 * UEFI 2.10, 4.3 EFI_SYSTEM_TABLE and 4.6 EFI_CONFIGURATION_TABLE for 64-bit and 32-bit
 * firmware: sizes in bytes, and the offset of NumberOfTableEntries.
 */
static const struct layout {
	unsigned bits, word, table, count_at, entry, pointer_at;
} layouts[] = {
	{ 64, 8, 120, 104, 24, 16 },
	{ 32, 4, 72, 64, 20, 16 },
};

static uint64_t pages[MAX_PAGES];
static int page_count;

/* Reads a little-endian number of up to 8 bytes. */
static uint64_t number_at(uint64_t address, unsigned size)
{
	unsigned char buffer[2 * PAGE];
	uint64_t page = address / PAGE * PAGE, value = 0;

	if (!read_page(page, buffer) ||
	    (address - page > PAGE - size && !read_page(page + PAGE, buffer + PAGE))) {
		printf("cannot read 0x%" PRIx64 "\n", address);
		exit(1);
	}
	memcpy(&value, buffer + (address - page), size);
	return value;
}

static void want(uint64_t start, uint64_t length)
{
	for (uint64_t page = start / PAGE * PAGE; page < start + length; page += PAGE) {
		int known = 0;

		for (int i = 0; i < page_count; i++)
			known |= pages[i] == page;
		if (known)
			continue;
		if (page_count == MAX_PAGES) {
			printf("more than %d pages\n", MAX_PAGES);
			exit(1);
		}
		pages[page_count++] = page;
	}
}

static void want_ranges(FILE *ranges)
{
	uint64_t start, length;

	while (fscanf(ranges, "%" SCNx64 " %" SCNu64, &start, &length) == 2)
		want(start, length);
}

static int by_address(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Returns the end of headers and notes; 0 if they cannot be read. */
static uint64_t end_of_kcore_headers(int file)
{
	Elf64_Ehdr head;
	Elf64_Phdr segment;
	uint64_t end;

	if (pread(file, &head, sizeof(head), 0) != sizeof(head))
		return 0;
	end = head.e_phoff + (uint64_t)head.e_phnum * sizeof(segment);
	for (unsigned i = 0; i < head.e_phnum; i++) {
		if (pread(file, &segment, sizeof(segment),
			  (off_t)(head.e_phoff + i * sizeof(segment))) != sizeof(segment))
			return 0;
		if (segment.p_type == PT_NOTE &&
		    segment.p_offset + segment.p_filesz > end)
			end = segment.p_offset + segment.p_filesz;
	}
	return end <= KCORE_BYTES ? end : 0;
}

static int record_kcore(const char *path)
{
	static unsigned char buffer[KCORE_BYTES];
	int file = open("/proc/kcore", O_RDONLY);
	uint64_t size = file < 0 ? 0 : end_of_kcore_headers(file), done = 0;
	FILE *output;

	while (done < size) {
		ssize_t got = pread(file, buffer + done, size - done, (off_t)done);

		if (got <= 0)
			return 1;
		done += (uint64_t)got;
	}
	output = size ? fopen(path, "w") : NULL;
	if (!output || fwrite(buffer, size, 1, output) != 1)
		return 1;
	return fclose(output) ? 1 : 0;
}

/* The pages of everything reachable from the system table. */
static int want_tables(const struct layout *layout, uint64_t table, uint64_t array)
{
	uint64_t entries = number_at(table + layout->count_at, layout->word);

	printf("table 0x%" PRIx64 " array 0x%" PRIx64 " entries %" PRIu64 "\n", table,
	       array, entries);
	if (entries > 128)
		return 1;
	want(table, layout->table);
	want(array, entries * layout->entry);
	for (uint64_t i = 0; i < entries; i++)
		want(number_at(array + i * layout->entry + layout->pointer_at,
			       layout->word),
		     (TABLE_PAGES - 1) * PAGE + 1);
	want_ranges(stdin);
	qsort(pages, (size_t)page_count, sizeof(*pages), by_address);
	return 0;
}

static int record_pages(const char *directory)
{
	unsigned char buffer[PAGE];
	FILE *output = NULL;
	uint64_t next = 0;

	for (int i = 0; i < page_count; i++) {
		if (!read_page(pages[i], buffer)) {
			printf("not readable: 0x%" PRIx64 "\n", pages[i]);
			continue;
		}
		if (!output || pages[i] != next) {
			char name[4096];

			if (output)
				fclose(output);
			snprintf(name, sizeof(name), "%s/%016" PRIx64, directory,
				 pages[i]);
			output = fopen(name, "w");
			if (!output)
				return 1;
		}
		if (fwrite(buffer, PAGE, 1, output) != 1)
			return 1;
		next = pages[i] + PAGE;
	}
	return output && fclose(output) ? 1 : 0;
}

int main(int argc, char **argv)
{
	uint64_t table, array;

	if (argc == 3 && !strcmp(argv[1], "kcore"))
		return record_kcore(argv[2]);
	if (argc != 6)
		return 2;
	table = strtoull(argv[3], NULL, 0) << 32 | strtoull(argv[2], NULL, 0);
	array = strtoull(argv[4], NULL, 0);
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++)
		if (layouts[i].bits == strtoul(argv[1], NULL, 10))
			return want_tables(&layouts[i], table, array) ||
			       record_pages(argv[5]);
	printf("no firmware of %s bits is known\n", argv[1]);
	return 1;
}
