/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Marks pages of a guest's memory, and looks for the marks afterwards.
 *
 *   marked-memory write START STEP COUNT   marks COUNT pages of physical memory, STEP
 *                                          bytes apart, and prints how many hold marks.
 *                                          /dev/mem must allow it: not System RAM
 *   marked-memory use                      writes to all memory that is available
 *   marked-memory hold COUNT               marks pages of its own and keeps them; prints
 *                                          "held" when they are marked
 *   marked-memory vmcore                   reads /proc/vmcore with read() to its end, and
 *                                          prints what it found as "KEY VALUE" lines:
 *     vmcore_end      where the parts that the headers describe end
 *     vmcore_read     bytes that were read
 *     vmcore_error    why reading stopped before the end, and where
 *     vmcore_marks    pages found with the mark of "hold", whole, each counted once
 *
 * A mark fills a page: a magic number, the page's number, and words made of both.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	  4096
#define WORDS	  (PAGE / sizeof(uint64_t))
#define MAGIC	  0xa6c3e5710b8d42f9ull
#define MAX_MARKS 4096
#define CHUNK	  (1 << 20)

static void fail(const char *what)
{
	fprintf(stderr, "marked-memory: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t word(uint64_t number, unsigned int index)
{
	return (number + 1) * 0x9e3779b97f4a7c15ull ^ index * 0xd1b54a32d192ed03ull;
}

static void mark(volatile uint64_t *page, uint64_t number)
{
	page[1] = number;
	for (unsigned int i = 2; i < WORDS; i++)
		page[i] = word(number, i);
	page[0] = MAGIC;
}

static int is_marked(const volatile uint64_t *page, uint64_t number)
{
	if (page[0] != MAGIC || page[1] != number)
		return 0;
	for (unsigned int i = 2; i < WORDS; i++)
		if (page[i] != word(number, i))
			return 0;
	return 1;
}

static int write_marks(char **arguments)
{
	uint64_t start = strtoull(arguments[0], NULL, 0);
	uint64_t step = strtoull(arguments[1], NULL, 0);
	uint64_t count = strtoull(arguments[2], NULL, 0), found = 0;
	int memory = open("/dev/mem", O_RDWR | O_SYNC);

	if (memory < 0)
		fail("/dev/mem");
	for (uint64_t i = 0; i < count; i++) {
		uint64_t *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
				      memory, (off_t)(start + i * step));

		if (page == MAP_FAILED)
			fail("mapping /dev/mem");
		mark(page, i);
		found += is_marked(page, i);
		munmap(page, PAGE);
	}
	printf("%llu\n", (unsigned long long)found);
	return 0;
}

/* Bytes of MemAvailable in /proc/meminfo, 0 if it is not there. */
static uint64_t available(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kilobytes = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %llu", &kilobytes) == 1)
			break;
	if (file)
		fclose(file);
	return kilobytes << 10;
}

/* Uses all memory but 24 MiB; without that rest the kernel would end this program. */
static int use_memory(void)
{
	uint64_t left = 24 << 20, bytes = available();
	uint8_t *pages;

	bytes = bytes > left ? bytes - left : 0;
	pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
	if (pages == MAP_FAILED)
		fail("memory");
	for (uint64_t at = 0; at < bytes; at += PAGE)
		pages[at] = 0x55;
	printf("used %llu MiB\n", (unsigned long long)bytes >> 20);
	return 0;
}

static _Noreturn void hold(const char *count_text)
{
	uint64_t count = strtoull(count_text, NULL, 0);
	uint8_t *pages = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mlock(pages, count * PAGE))
		fail("memory");
	for (uint64_t i = 0; i < count; i++)
		mark((uint64_t *)(pages + i * PAGE), i);
	puts("held");
	fflush(stdout);
	for (;;)
		pause();
}

/* Where the last part of the file ends, by the program headers at its beginning. */
static uint64_t end_of_parts(const uint8_t *data, size_t length)
{
	Elf64_Ehdr header;
	uint64_t end = 0;

	if (length < sizeof(header))
		return 0;
	memcpy(&header, data, sizeof(header));
	for (unsigned int i = 0; i < header.e_phnum; i++) {
		uint64_t offset = header.e_phoff + i * sizeof(Elf64_Phdr);
		Elf64_Phdr part;

		if (offset + sizeof(part) > length)
			return 0;
		memcpy(&part, data + offset, sizeof(part));
		if (part.p_offset + part.p_filesz > end)
			end = part.p_offset + part.p_filesz;
	}
	return end;
}

static int read_vmcore(void)
{
	static uint8_t data[CHUNK] __attribute__((aligned(PAGE)));
	static uint8_t seen[MAX_MARKS];
	uint64_t total = 0, marks = 0;
	int file = open("/proc/vmcore", O_RDONLY);
	ssize_t got = 1;

	if (file < 0)
		fail("/proc/vmcore");
	while (got > 0) {
		size_t length = 0;

		/*
		 * Whole chunks keep the pages of the dump aligned to those of the buffer.
		 */
		while (length < CHUNK &&
		       (got = read(file, data + length, CHUNK - length)) > 0)
			length += (size_t)got;
		if (got < 0)
			printf("vmcore_error %s at %#llx\n", strerror(errno),
			       (unsigned long long)(total + length));
		if (!total)
			printf("vmcore_end %llu\n",
			       (unsigned long long)end_of_parts(data, length));
		for (size_t at = 0; at + PAGE <= length; at += PAGE) {
			const uint64_t *page = (const uint64_t *)(data + at);

			if (page[0] == MAGIC && page[1] < MAX_MARKS && !seen[page[1]] &&
			    is_marked(page, page[1]))
				marks += seen[page[1]] = 1;
		}
		total += length;
	}
	printf("vmcore_read %llu\nvmcore_marks %llu\n", (unsigned long long)total,
	       (unsigned long long)marks);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "write"))
		return write_marks(argv + 2);
	if (argc == 2 && !strcmp(argv[1], "use"))
		return use_memory();
	if (argc == 3 && !strcmp(argv[1], "hold"))
		hold(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "vmcore"))
		return read_vmcore();
	fprintf(stderr, "marked-memory: see the beginning of marked-memory.c\n");
	return 2;
}
