// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as an ELF file. Accepted parts are in the file and below
 * 2^52; placed parts arrive byte by byte, in RAM, each page once.
 */
#include <errno.h>

#include "arch/x86_64/elf_image.h"
#include "fuzz.h"

#define RAM_START (1 * MIB)
#define RAM_END	  (4 * MIB)

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

static void check_bytes(const struct elf_image *elf, const struct image *image,
			const uint8_t *data)
{
	_cleanup_free_ uint8_t *found = calloc(1, RAM_END - RAM_START);
	_cleanup_free_ uint8_t *expected = calloc(1, RAM_END - RAM_START);
	size_t i;

	must(found && expected);
	for (i = 0; i < elf->load_count; i++)
		memcpy(expected + (elf->loads[i].start - RAM_START),
		       data + elf->loads[i].file_offset, elf->loads[i].file_size);
	for (i = 0; i < image->segment_count; i++) {
		const struct segment *segment = &image->segments[i];

		must(segment->start >= RAM_START && segment->end <= RAM_END);
		must(!segment_read(segment, 0, found + (segment->start - RAM_START),
				   segment->end - segment->start, NULL));
	}
	must(!memcmp(found, expected, RAM_END - RAM_START));
}

static void check_image(const struct machine *machine, const struct elf_image *elf,
			const struct image *image, const uint8_t *data)
{
	check_segments(&machine->memory, image);
	check_bytes(elf, image, data);
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
	must(!image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT, &machine.memory, 0, 0,
			 NULL));
	rc = fixed_ranges_place(&request, elf.loads, elf.load_count, 0, &image, &err);
	must(!rc == !err.message);
	if (!rc)
		check_image(&machine, &elf, &image, data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };

	if (!fuzz_open(data, size, KERNEL_FILE_AS_IS, &kernel))
		load(&kernel, data, size);
	return 0;
}
