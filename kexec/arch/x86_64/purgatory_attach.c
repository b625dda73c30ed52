// SPDX-License-Identifier: GPL-2.0-only
/*
 * Adds purgatory to a finished image: places it and fills its parameters. Adds the last
 * segments to the image.
 */
#include "arch/x86_64/purgatory_attach.h"

#include <errno.h>

#include "arch/x86_64/purgatory_digest.h"
#include "arch/x86_64/purgatory_record.h"
#include "purgatory/digest.h"
#include "purgatory/purgatory_params.h"

/* purgatory_blob.S: the flat binary, whose file size is the memory it takes. */
extern const uint8_t purgatory_blob[], purgatory_blob_end[];

/*
 * Pages for the page tables that purgatory adds. The segment has no data, so kexec_load
 * fills it with zeros, and it is not verified, because purgatory writes to it.
 */
static int place_identity_map(struct image *image, struct error *err)
{
	struct placement placement = {
		.name = "identity map",
		.size = IDENTITY_MAP_POOL_PAGES * PAGE_BYTES,
		.highest = true,
	};
	struct segment *segment;
	int rc;

	if (image->efi.mapping != IMAGE_EFI_MAPPING_IN_PLACE && !image->efi.cc_blob &&
	    !image->jump.back)
		return 0;
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	segment->unverified = true;
	image->map_pool.start = segment->start;
	image->map_pool.end = segment->end;
	return 0;
}

static void fill_console(const struct options *options, struct purgatory_console *console)
{
	if (options->console_serial)
		console->flags |= CONSOLE_SERIAL;
	if (options->console_vga)
		console->flags |= CONSOLE_VGA;
	if (options->reset_vga)
		console->flags |= CONSOLE_RESET_VGA;
	console->serial_port = options->serial_port;
	console->serial_divisor = options->serial_divisor;
}

static void fill_identity_map(const struct machine *machine, const struct image *image,
			      struct purgatory_params *params)
{
	if (image->jump.back)
		params->flags |= PURGATORY_JUMP_BACK;
	else if (image->efi.mapping == IMAGE_EFI_MAPPING_IN_PLACE)
		params->flags |= PURGATORY_MAP_EFI;
	else if (!image->efi.cc_blob)
		return;
	params->identity_map = (struct purgatory_identity_map){
		.system_table = image->efi.system_table,
		.config_table_array = image->efi.config_table_array,
		.pool_start = image->map_pool.start,
		.pool_end = image->map_pool.end,
		.ram_end = machine->ram_end,
		.physical_limit = 1ull << machine->cpu.physical_bits,
		.cc_blob = image->efi.cc_blob,
	};
}

static void fill_entry(const struct image_registers *registers,
		       struct purgatory_entry *entry)
{
	static const uint32_t modes[] = {
		[IMAGE_ENTRY_64BIT] = ENTRY_MODE_64BIT,
		[IMAGE_ENTRY_32BIT] = ENTRY_MODE_32BIT,
		[IMAGE_ENTRY_REAL] = ENTRY_MODE_REAL,
	};

	*entry = (struct purgatory_entry){
		.rip = registers->ip,
		.rsp = registers->sp,
		.rax = registers->ax,
		.rbx = registers->bx,
		.rsi = registers->si,
		.rdi = registers->di,
		.mode = modes[registers->mode],
		.code_segment = registers->code_segment,
		.data_segment = registers->data_segment,
	};
}

static int fill_params(const struct options *options, const struct machine *machine,
		       struct image *image, struct purgatory_params *params,
		       struct error *err)
{
	params->magic = PURGATORY_MAGIC;
	params->version = PURGATORY_VERSION;
	fill_entry(&image->registers, &params->entry);
	fill_console(options, &params->console);
	fill_identity_map(machine, image, params);
	params->low_memory = (struct purgatory_low_memory){
		.start = image->low_memory.start,
		.end = image->low_memory.end,
		.copy = image->low_memory.copy,
	};
	params->jump_back = (struct purgatory_jump_back){
		.command_line_end = image->jump.text,
		.room = image->jump.text_room,
	};
	params->smbios = (struct purgatory_smbios){
		.entry_point = image->efi.smbios,
		.setup_efi_field = image->efi.setup_efi_smbios,
	};
	params->digest_seed = image->digest.seed;
	if (options->no_checks) {
		params->flags |= PURGATORY_SKIP_VERIFY;
		return 0;
	}
	image->digest.algorithm = DIGEST_ALGORITHM;
	return purgatory_digest(image, params, err);
}

int purgatory_attach(const struct options *options, const struct machine *machine,
		     struct image *image, struct error *err)
{
	size_t size = (size_t)(purgatory_blob_end - purgatory_blob);
	struct placement placement = {
		.name = "purgatory",
		.size = size,
		.max = image_entry_limit(image),
		.highest = true,
		.low = image->registers.mode == IMAGE_ENTRY_REAL,
	};
	struct purgatory_params params = { 0 };
	struct segment *segment;
	uint8_t *data;
	int rc;

	rc = place_identity_map(image, err);
	if (rc < 0)
		return rc;
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	segment->unverified = true;
	rc = fill_params(options, machine, image, &params, err);
	if (rc < 0)
		return rc;
	purgatory_record(machine, image, &params);
	data = segment_allocate(segment, size);
	if (!data)
		return error_no_memory(err);
	memcpy(data, purgatory_blob, size);
	memcpy(data, &params, sizeof(params));
	image->entry = segment->start + PURGATORY_ENTRY_OFFSET;
	return 0;
}
