// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as an ELF file. What is read of it lies in the file and below 2^52; what
 * can be placed is placed byte by byte, in RAM, each page once.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "arch/x86_64/elf_image.h"
#include "util/bytes.h"

#define MIB	  0x100000ull
#define RAM_START (1 * MIB)
#define RAM_END	  (4 * MIB)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void check_loads(const struct elf_image *elf, size_t size)
{
	size_t i;

	must(elf->load_count <= ELF_LOADS_MAX);
	for (i = 0; i < elf->load_count; i++) {
		const struct fixed_range *load = &elf->loads[i];

		must(load->start < load->end && load->end <= 1ull << 52);
		must(load->file_size <= load->end - load->start);
		must(load->file_offset <= size &&
		     load->file_size <= size - load->file_offset);
	}
}

static void check_segments(const struct elf_image *elf, const struct image *image,
			   const uint8_t *data)
{
	_cleanup_free_ uint8_t *found = calloc(1, RAM_END - RAM_START);
	_cleanup_free_ uint8_t *expected = calloc(1, RAM_END - RAM_START);
	size_t i, j;

	must(found && expected);
	for (i = 0; i < elf->load_count; i++)
		memcpy(expected + (elf->loads[i].start - RAM_START),
		       data + elf->loads[i].file_offset, elf->loads[i].file_size);
	for (i = 0; i < image->segment_count; i++) {
		const struct segment *segment = &image->segments[i];

		must(segment->start >= RAM_START && segment->end <= RAM_END);
		must(segment->start % PAGE_BYTES == 0 && segment->end % PAGE_BYTES == 0);
		for (j = 0; j < i; j++)
			must(segment->end <= image->segments[j].start ||
			     segment->start >= image->segments[j].end);
		must(!segment_read(segment, 0, found + (segment->start - RAM_START),
				   segment->end - segment->start, NULL));
	}
	must(!memcmp(found, expected, RAM_END - RAM_START));
}

static void load(const struct kernel_file *kernel, const uint8_t *data, size_t size)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_image_ struct image image = { 0 };
	struct load_request request = { .machine = &machine, .kernel = kernel };
	struct elf_image elf;
	uint64_t entry;
	int rc = elf_image_read(kernel, &elf, &err);

	must(rc <= 0 && !err.message == (!rc || rc == -ENOEXEC));
	if (rc)
		return;
	check_loads(&elf, size);
	rc = elf_image_check_kernel(kernel, &elf, &err);
	if (!rc)
		rc = elf_image_entry(kernel, &elf, &entry, &err);
	must(!rc == !err.message);
	if (rc)
		return;
	must(!memory_map_set(&machine.memory, RAM_START, RAM_END, MEMORY_RAM));
	must(!image_init(&image, &machine.memory, 0, 0, NULL));
	rc = fixed_ranges_place(&request, elf.loads, elf.load_count, 0, &image, &err);
	must(!rc == !err.message);
	if (!rc)
		check_segments(&elf, &image, data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	char path[64];

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	must(fd >= 0 && !ftruncate(fd, 0));
	must(pwrite(fd, data, size, 0) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!kernel_file_open(path, "kernel", KERNEL_FILE_AS_IS, &kernel, NULL))
		load(&kernel, data, size);
	return 0;
}
