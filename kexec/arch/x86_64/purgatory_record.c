// SPDX-License-Identifier: GPL-2.0-only
#include "arch/x86_64/purgatory_record.h"

#include "abi/boot_protocol.h"
#include "purgatory/digest.h"

/* Copies a text, which may be NULL, or as much of it as there is room for. */
static void put_text(char where[RECORD_TEXT_BYTES], const char *text)
{
	size_t length = text ? strlen(text) : 0;

	if (length > RECORD_TEXT_BYTES - 1)
		length = RECORD_TEXT_BYTES - 1;
	if (length)
		memcpy(where, text, length);
}

/*
 * Reading the time stamp counter raises an exception in some confidential guests. Their
 * kernels name the kind in /proc/cpuinfo, or have tables that only such guests get.
 */
bool purgatory_is_trapped(const struct machine *machine)
{
	return machine->cpu.tsc_may_trap || machine->cc_blob.count ||
	       efi_find_table(&machine->efi.tables, EFI_TABLE_CC_BLOB) ||
	       efi_find_table(&machine->efi.tables, EFI_TABLE_UNACCEPTED_MEMORY);
}

/* The fields of boot_params by which the next kernel recognises its own record. */
static void put_boot_params(const struct segment *parameters, struct record_load *load)
{
	struct boot_params boot_params;

	if (!parameters || parameters->data_size < sizeof(boot_params))
		return;
	memcpy(&boot_params, parameters->owned, sizeof(boot_params));
	load->command_line = boot_params.hdr.cmd_line_ptr |
			     (uint64_t)boot_params.ext_cmd_line_ptr << 32;
	load->initrd = boot_params.hdr.ramdisk_image |
		       (uint64_t)boot_params.ext_ramdisk_image << 32;
	load->setup_data = boot_params.hdr.setup_data;
}

static uint32_t flags(const struct machine *machine, const struct image *image)
{
	return (image->purpose == IMAGE_CRASH ? RECORD_LOAD_CRASH : 0) |
	       (image->purpose == IMAGE_JUMP ? RECORD_LOAD_JUMP : 0) |
	       (purgatory_is_trapped(machine) ? 0 : RECORD_LOAD_STAMPS);
}

void purgatory_record(const struct machine *machine, struct image *image,
		      struct purgatory_params *params)
{
	static const uint32_t modes[] = {
		[IMAGE_ENTRY_64BIT] = RECORD_ENTRY_64BIT,
		[IMAGE_ENTRY_32BIT] = RECORD_ENTRY_32BIT,
		[IMAGE_ENTRY_REAL] = RECORD_ENTRY_REAL,
	};
	struct record_load *load = &params->record.load;
	uint32_t i;

	image->record.identity = digest_of(params, sizeof(*params), params->digest_seed);
	if (!image->record.place)
		return;
	*load = (struct record_load){
		.identity = image->record.identity,
		.time = image->record.time,
		.tsc = image->record.tsc,
		.tsc_hertz = image->record.tsc_hertz,
		.flags = flags(machine, image),
		.entry_mode = modes[image->registers.mode],
	};
	for (i = 0; i < params->region_count; i++)
		load->verified_bytes += params->regions[i].end - params->regions[i].start;
	put_boot_params(image_find_segment(image, "parameters"), load);
	put_text(load->version, PACKAGE_VERSION);
	put_text(load->kernel, machine->release);
	put_text(load->boot_id, machine->boot_id);
	params->record.place = image->record.place;
}
