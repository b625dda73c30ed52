// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as a multiboot kernel of either version. Loaded parts are below 4
 * GiB, in RAM, each page once, and the boot information can be read to its end.
 *
 * Input: one byte that chooses the machine, then the file.
 */
#include <errno.h>

#include "arch/x86_64/multiboot1.h"
#include "arch/x86_64/multiboot2.h"
#include "files/modules.h"
#include "fuzz.h"

static const uint8_t *at(const struct image *image, uint64_t address, uint64_t size)
{
	const struct segment *info = image_find_segment(image, "parameters");

	must(info && address >= info->start && size <= info->data_size &&
	     address - info->start <= info->data_size - size);
	return info->owned + (address - info->start);
}

static uint32_t word(const struct image *image, uint64_t address)
{
	uint32_t value;

	memcpy(&value, at(image, address, sizeof(value)), sizeof(value));
	return value;
}

static void check_tags(const struct image *image)
{
	uint64_t info = image->registers.bx, tag = info + 8;
	uint64_t end = info + word(image, info);

	must(info % 8 == 0);
	while (word(image, tag)) {
		must(word(image, tag + 4) >= 8);
		at(image, tag, word(image, tag + 4));
		tag += align_up(word(image, tag + 4), 8);
		must(tag < end);
	}
	must(tag + 8 == end);
}

static void check_info(const struct image *image)
{
	uint64_t info = image->registers.bx;

	must(strlen((const char *)at(image, word(image, info + 16), 1)) > 0);
	must(!strcmp((const char *)at(image, word(image, info + 64), 6), "kexec"));
	must(word(image, info + 44) % 24 == 0);
	at(image, word(image, info + 48), word(image, info + 44));
	must(word(image, info + 20) == 1);
	at(image, word(image, info + 24), 16);
}

static void check_image(const struct machine *machine, const struct image *image)
{
	size_t i;

	check_segments(&machine->memory, image);
	for (i = 0; i < image->segment_count; i++)
		must(image->segments[i].end <= 4 * GIB);
	must(image->registers.mode == IMAGE_ENTRY_32BIT);
}

static void load(uint8_t kind, const struct kernel_file *kernel, bool second)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_image_ struct image image = { 0 };
	struct options options = { .append = "a=b" };
	struct module module = { .file = *kernel, .text = "module text" };
	struct modules modules = { &module, 1 };
	struct load_request request = { .options = &options,
					.machine = &machine,
					.kernel = kernel,
					.modules = &modules };
	int rc;

	must(!memory_map_set(&machine.memory, 0, 640 * 1024, MEMORY_RAM));
	must(!memory_map_set(&machine.memory, MIB, (kind & 1 ? 64 : 1024) * MIB,
			     MEMORY_RAM));
	if (kind & 2)
		must(!memory_map_set(&machine.memory, 3 * GIB, 6 * GIB, MEMORY_RAM));
	if (kind & 4)
		must(!memory_map_set(&machine.memory, 18 * MIB + 1, 19 * MIB,
				     MEMORY_ACPI_NVS));
	must(!image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_32BIT, &machine.memory, 0, 0,
			 NULL));
	rc = (second ? multiboot2_probe : multiboot1_probe)(kernel, &err);
	if (!rc)
		rc = (second ? multiboot2_load : multiboot1_load)(&request, &image, &err);
	must(rc <= 0 && !err.message == (!rc || (rc == -ENOEXEC && !err.message)));
	if (rc)
		return;
	check_image(&machine, &image);
	if (second)
		check_tags(&image);
	else
		check_info(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };

	if (size < 1)
		return 0;
	if (fuzz_open(data + 1, size - 1, KERNEL_FILE_AS_IS, &kernel))
		return 0;
	load(data[0], &kernel, false);
	load(data[0], &kernel, true);
	return 0;
}
