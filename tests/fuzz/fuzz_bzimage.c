// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as a kernel file, on one of several machines. Images must fit: page
 * by page, in RAM that the firmware does not use, apart from one another.
 *
 * Input: one byte that chooses the machine (and, in its upper bits, the entry), two bytes
 * of --mem-max in MiB, then the file.
 */
#include "arch/x86_64/purgatory_attach.h"
#include "fuzz.h"
#include "load/image_type.h"

static void make_machine(uint8_t kind, struct machine *machine)
{
	static struct efi_memory_descriptor runtime_map[] = {
		{ 6, 0x3f4ed000, 0xfffffffeffc6d000, 0x100, 0x800000000000000f },
	};
	struct memory_map *memory = &machine->memory;

	must(!memory_map_set(memory, 0, 640 * 1024, MEMORY_RAM));
	if (kind & 1)
		must(!memory_map_set(memory, MIB, GIB - 0x123, MEMORY_RAM));
	if (kind & 2)
		must(!memory_map_set(memory, 4 * GIB, 6 * GIB, MEMORY_RAM));
	if (kind & 4)
		must(!memory_map_set(memory, 18 * MIB + 1, 19 * MIB, MEMORY_ACPI_NVS));
	machine->cpu.physical_bits = 52;
	machine->cpu.five_level_paging = kind & 8;
	if (!(kind & 16))
		return;
	machine->efi = (struct efi_facts){
		.booted = true,
		.word_bits = 64,
		.system_table = 0x3f5eb018,
		.config_table_array = 0x30200098,
		.descriptor_size = 48,
		.descriptor_version = 1,
		.runtime_map = runtime_map,
		.runtime_map_count = 1,
	};
}

/* Code that runs in real mode is below 1 MiB, all other segments are above. */
static void check_limits(const struct image *image, const struct segment *segment,
			 uint64_t mem_max)
{
	if (image->registers.mode == IMAGE_ENTRY_REAL && segment->start < MIB) {
		must(segment->start >= 0x3000 && segment->end <= 640 * 1024);
		return;
	}
	must(segment->start >= MIB);
	must(!mem_max || segment->end <= mem_max);
	if (image->registers.mode != IMAGE_ENTRY_64BIT)
		must(segment->end <= 4 * GIB);
}

static void check_registers(const struct image *image)
{
	const struct image_registers *registers = &image->registers;

	switch (registers->mode) {
	case IMAGE_ENTRY_REAL:
		must(registers->ip <= 0xffff && registers->sp <= 0xffff);
		must(registers->code_segment - registers->data_segment == 0x20);
		must(!image->boot_params);
		break;
	case IMAGE_ENTRY_32BIT:
		must(registers->ip < 4 * GIB && registers->si < 4 * GIB);
		break;
	case IMAGE_ENTRY_64BIT:
		break;
	}
}

static void check_image(const struct machine *machine, const struct image *image,
			uint64_t mem_max)
{
	size_t i;

	check_segments(&machine->memory, image);
	check_registers(image);
	for (i = 0; i < image->segment_count; i++)
		check_limits(image, &image->segments[i], mem_max);
}

static void load(const uint8_t *head, const struct kernel_file *kernel)
{
	static const uint8_t seed[RANDOM_SEED_SIZE];
	static const enum kernel_entry entries[4] = {
		KERNEL_ENTRY_DEFAULT,
		KERNEL_ENTRY_32BIT,
		KERNEL_ENTRY_REAL_MODE,
		KERNEL_ENTRY_DEFAULT,
	};
	struct options options = {
		.append = "console=ttyS0 panic=1",
		.kernel_entry = entries[head[0] >> 5 & 3],
		.mem_max = (head[1] | head[2] << 8) * MIB,
	};
	struct machine machine = { 0 };
	struct load_request request = { .options = &options,
					.machine = &machine,
					.kernel = kernel,
					.initrd = kernel,
					.dtb = head[0] & 128 ? kernel : NULL,
					.random_seed = seed };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_image_ struct image image = { 0 };
	const struct image_type *type;
	int rc;

	make_machine(head[0], &machine);
	rc = image_type_find(kernel, NULL, &type, &err);
	if (!rc)
		rc = image_init(&image, IMAGE_NORMAL,
				image_type_entry_mode(type, &options), &machine.memory, 0,
				options.mem_max, &err);
	if (!rc)
		rc = type->load(&request, &image, &err);
	if (!rc)
		rc = purgatory_attach(&options, &machine, &image, &err);
	must(rc <= 0 && !rc == !err.message);
	if (!rc)
		check_image(&machine, &image, options.mem_max);
	/* The runtime map is static, so only the memory map is freed. */
	memory_map_clear(&machine.memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };

	if (size < 3)
		return 0;
	if (!fuzz_open(data + 3, size - 3, KERNEL_FILE_UNCOMPRESS, &kernel))
		load(data, &kernel);
	return 0;
}
