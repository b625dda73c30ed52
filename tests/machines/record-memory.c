/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record-memory SYSTEM_TABLE_LOW SYSTEM_TABLE_HIGH ARRAY DIRECTORY
 * record-memory kcore FILE
 *
 * Writes the pages that hold the EFI system table, the config table array and
 * the beginning of every config table to DIRECTORY, one file for each run of
 * adjacent pages, named after its first address in 16 hexadecimal digits.
 *
 * The second form writes the beginning of /proc/kcore to FILE: ELF header, program
 * headers and notes, nothing of the memory behind them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/physical.h"

#define TABLE_PAGES 2 /* of each config table */
#define MAX_PAGES   512
#define KCORE_BYTES (4UL << 20) /* more than headers and notes ever take */

static uint64_t pages[MAX_PAGES];
static int page_count;

static uint64_t number_at(uint64_t address)
{
	unsigned char buffer[2 * PAGE];
	uint64_t page = address / PAGE * PAGE, value;

	if (!read_page(page, buffer) ||
	    (address - page > PAGE - 8 && !read_page(page + PAGE, buffer + PAGE))) {
		printf("cannot read 0x%" PRIx64 "\n", address);
		exit(1);
	}
	memcpy(&value, buffer + (address - page), sizeof(value));
	return value;
}

static void want(uint64_t start, uint64_t length)
{
	for (uint64_t page = start / PAGE * PAGE; page < start + length; page += PAGE) {
		int known = 0;

		for (int i = 0; i < page_count; i++)
			known |= pages[i] == page;
		if (!known && page_count < MAX_PAGES)
			pages[page_count++] = page;
	}
}

static int by_address(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Where the headers and notes end; 0 if they cannot be read. */
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

int main(int argc, char **argv)
{
	unsigned char buffer[PAGE];
	uint64_t table, array, entries, next = 0;
	FILE *output = NULL;

	if (argc == 3 && !strcmp(argv[1], "kcore"))
		return record_kcore(argv[2]);
	if (argc != 5)
		return 2;
	table = strtoull(argv[2], NULL, 0) << 32 | strtoull(argv[1], NULL, 0);
	array = strtoull(argv[3], NULL, 0);
	entries = number_at(table + 104); /* UEFI 2.10, 4.3: EFI_SYSTEM_TABLE */
	printf("table 0x%" PRIx64 " array 0x%" PRIx64 " entries %" PRIu64 "\n", table,
	       array, entries);
	if (entries > 128)
		return 1;
	want(table, 120);
	want(array, entries * 24);
	for (uint64_t i = 0; i < entries; i++)
		want(number_at(array + i * 24 + 16), (TABLE_PAGES - 1) * PAGE + 1);
	qsort(pages, (size_t)page_count, sizeof(*pages), by_address);

	for (int i = 0; i < page_count; i++) {
		if (!read_page(pages[i], buffer)) {
			printf("not readable: 0x%" PRIx64 "\n", pages[i]);
			continue;
		}
		if (!output || pages[i] != next) {
			char name[4096];

			if (output)
				fclose(output);
			snprintf(name, sizeof(name), "%s/%016" PRIx64, argv[4], pages[i]);
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
