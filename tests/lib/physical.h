/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical memory for the tests' programs in a guest. /dev/mem gives reserved memory,
 * /proc/kcore gives RAM (its program headers have the physical addresses). Together they
 * reach every table.
 */
#ifndef PHYSICAL_H
#define PHYSICAL_H

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096ULL

/* One page through /proc/kcore; false if it is not RAM. */
static inline bool read_kcore(uint64_t page, unsigned char *buffer)
{
	static Elf64_Phdr segments[256];
	static int count = -1;
	static int file;

	if (count < 0) {
		Elf64_Ehdr head;

		count = 0;
		file = open("/proc/kcore", O_RDONLY);
		if (file >= 0 && pread(file, &head, sizeof(head), 0) == sizeof(head) &&
		    head.e_phnum <= 256 &&
		    pread(file, segments, head.e_phnum * sizeof(*segments),
			  (off_t)head.e_phoff) > 0)
			count = head.e_phnum;
	}
	for (int i = 0; i < count; i++) {
		const Elf64_Phdr *s = &segments[i];

		if (s->p_type != PT_LOAD || s->p_paddr == (uint64_t)-1 ||
		    page < s->p_paddr || page + PAGE > s->p_paddr + s->p_memsz)
			continue;
		return pread(file, buffer, PAGE,
			     (off_t)(s->p_offset + page - s->p_paddr)) == PAGE;
	}
	return false;
}

/* A kernel refuses read() above its own RAM, which for a capture kernel ends early. */
static inline bool read_mapped(int file, uint64_t page, unsigned char *buffer)
{
	void *mapping = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, (off_t)page);

	if (mapping == MAP_FAILED)
		return false;
	memcpy(buffer, mapping, PAGE);
	munmap(mapping, PAGE);
	return true;
}

static inline bool read_page(uint64_t page, unsigned char *buffer)
{
	static int file = -1;

	if (read_kcore(page, buffer))
		return true;
	if (file < 0)
		file = open("/dev/mem", O_RDONLY);
	if (file < 0)
		return false;
	return pread(file, buffer, PAGE, (off_t)page) == PAGE ||
	       (errno == EFAULT && read_mapped(file, page, buffer));
}

static inline bool read_memory(uint64_t address, void *to, uint64_t length)
{
	unsigned char page[PAGE], *out = to;

	while (length) {
		uint64_t offset = address % PAGE;
		uint64_t part = length < PAGE - offset ? length : PAGE - offset;

		if (!read_page(address - offset, page))
			return false;
		memcpy(out, page + offset, part);
		out += part;
		address += part;
		length -= part;
	}
	return true;
}

#endif
