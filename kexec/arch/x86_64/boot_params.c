// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameters of a Linux kernel (zero-page.rst, boot.rst): gathered, laid out,
 * written. Adds one segment to the image. Other files decide what the parameters say.
 */
#include "arch/x86_64/boot_params.h"

#include <errno.h>

#include "arch/x86_64/device_tree.h"
#include "arch/x86_64/e820.h"
#include "arch/x86_64/efi_boot_data.h"
#include "arch/x86_64/linux_image.h"
#include "arch/x86_64/setup_data.h"
#include "arch/x86_64/setup_data_carry.h"
#include "machine/screen_info.h"
#include "purgatory/purgatory_params.h"
#include "purgatory/record.h"
#include "util/sizes.h"

/* The contents of the segment, before its place is known. */
struct parameters {
	struct boot_params boot_params;
	struct setup_data_list setup_data;
	struct efi_boot_data efi;
};

/* Where the parts lie within the segment, in bytes from its start. */
struct layout {
	uint64_t command_line;
	uint64_t setup_data;
	uint64_t efi_memory_map;
	uint64_t record; /* the node; its data begin where the segment's data end */
};

/* The bytes that the loader fills; the rest of the record is purgatory's. */
static uint64_t data_size(const struct layout *layout)
{
	return layout->record + sizeof(struct setup_data);
}

static void parameters_clear(struct parameters *parameters)
{
	setup_data_clear(&parameters->setup_data);
	efi_boot_data_clear(&parameters->efi);
}

/*
 * Kernels before 5.0 ignore acpi_rsdp_addr of boot_params. A capture kernel without EFI
 * data then finds no ACPI tables, and after a crash nobody can add the parameter by hand.
 */
static int add_acpi_rsdp(uint64_t acpi_rsdp, struct image *image, struct error *err)
{
	char *added;

	if (image->purpose != IMAGE_CRASH || image->efi.handed_over || !acpi_rsdp)
		return 0;
	if (asprintf(&added, "%s acpi_rsdp=0x%llx", image->added_command_line,
		     (unsigned long long)acpi_rsdp) < 0)
		return error_no_memory(err);
	free(image->added_command_line);
	image->added_command_line = added;
	return 0;
}

/*
 * Passes on the fields that describe the machine rather than the boot, with the values
 * that the running kernel got: the screen, its EDID, the BIOS disks (EDD), the ACPI root
 * pointer, the Secure Boot state and the hardware subarchitecture.
 */
static void carry_over(const struct machine *machine, struct boot_params *boot_params)
{
	struct boot_params running;

	boot_params->acpi_rsdp_addr = machine_acpi_rsdp(machine);
	if (!machine->has_boot_params)
		return;
	memcpy(&running, machine->boot_params, sizeof(running));
	screen_info_hand_over(machine, boot_params->screen_info);
	memcpy(boot_params->edid_info, running.edid_info, sizeof(running.edid_info));
	memcpy(boot_params->eddbuf, running.eddbuf, sizeof(running.eddbuf));
	memcpy(boot_params->edd_mbr_sig_buffer, running.edd_mbr_sig_buffer,
	       sizeof(running.edd_mbr_sig_buffer));
	boot_params->eddbuf_entries = running.eddbuf_entries;
	boot_params->edd_mbr_sig_buf_entries = running.edd_mbr_sig_buf_entries;
	boot_params->secure_boot = running.secure_boot;
	boot_params->hdr.hardware_subarch = running.hdr.hardware_subarch;
	boot_params->hdr.hardware_subarch_data = running.hdr.hardware_subarch_data;
}

static void fill_header(const struct setup_header *header, const struct image *image,
			struct boot_params *boot_params)
{
	const struct segment *initrd = image_find_segment(image, "initrd");
	struct setup_header *hdr = &boot_params->hdr;

	*hdr = *header;
	hdr->type_of_loader = LOADER_TYPE_KEXEC;
	hdr->ext_loader_type = 0;
	hdr->ext_loader_ver = 0;
	hdr->ramdisk_image = 0;
	hdr->ramdisk_size = 0;
	if (!initrd)
		return;
	hdr->ramdisk_image = (uint32_t)initrd->start;
	boot_params->ext_ramdisk_image = (uint32_t)(initrd->start >> 32);
	hdr->ramdisk_size = (uint32_t)initrd->data_size;
	boot_params->ext_ramdisk_size = (uint32_t)(initrd->data_size >> 32);
}

static int collect(const struct load_request *request, const struct setup_header *header,
		   struct parameters *parameters, struct image *image, struct error *err)
{
	struct boot_params *boot_params = &parameters->boot_params;
	int rc;

	fill_header(header, image, boot_params);
	carry_over(request->machine, boot_params);
	rc = efi_boot_data_prepare(request, header->xloadflags, image, &parameters->efi,
				   err);
	if (rc < 0)
		return rc;
	rc = linux_describe_memory(request, image, err);
	if (rc < 0)
		return rc;
	rc = e820_fill(&image->e820, boot_params, &parameters->setup_data, err);
	if (rc < 0)
		return rc;
	if (parameters->efi.given) {
		rc = setup_data_add(&parameters->setup_data, SETUP_DATA_EFI,
				    &parameters->efi.setup_data,
				    sizeof(parameters->efi.setup_data), err);
		if (rc < 0)
			return rc;
	}
	rc = device_tree_add(request, &parameters->setup_data, err);
	if (!rc)
		rc = setup_data_carry(request, image, &parameters->setup_data, err);
	if (rc < 0 || !request->random_seed)
		return rc;
	return setup_data_add(&parameters->setup_data, SETUP_DATA_RNG_SEED,
			      request->random_seed, RANDOM_SEED_SIZE, err);
}

/* In a kexec jump purgatory appends the return address to the command line. */
static struct layout lay_out(const struct parameters *parameters,
			     const struct image *image)
{
	struct layout layout = { .command_line = sizeof(struct boot_params) };
	uint64_t room = image->purpose == IMAGE_JUMP ? JUMP_BACK_TEXT_MAX : 1;

	layout.setup_data =
		align_up(layout.command_line + strlen(image->command_line) + room,
			 SETUP_DATA_ALIGNMENT);
	layout.efi_memory_map =
		layout.setup_data + setup_data_size(&parameters->setup_data);
	layout.record = align_up(layout.efi_memory_map + parameters->efi.memory_map_size,
				 SETUP_DATA_ALIGNMENT);
	return layout;
}

/*
 * Makes the node of the record. It is the last part of the segment, so that its data can
 * lie behind the segment's: those are zeros, which are not verified, and purgatory writes
 * there.
 */
static uint64_t write_record_node(uint64_t next, uint8_t *buffer, uint64_t physical)
{
	const struct setup_data node = {
		.next = next,
		.type = RECORD_SETUP_DATA_TYPE,
		.len = sizeof(struct kexec_record),
	};

	memcpy(buffer, &node, sizeof(node));
	return physical;
}

static void write_segment(struct parameters *parameters, const struct layout *layout,
			  struct image *image, uint64_t physical, uint8_t *data)
{
	struct boot_params *boot_params = &parameters->boot_params;
	uint64_t record = write_record_node(parameters->efi.copy, data + layout->record,
					    physical + layout->record);

	boot_params->hdr.cmd_line_ptr = (uint32_t)(physical + layout->command_line);
	boot_params->ext_cmd_line_ptr =
		(uint32_t)((physical + layout->command_line) >> 32);
	boot_params->hdr.setup_data = setup_data_write(&parameters->setup_data, record,
						       data + layout->setup_data,
						       physical + layout->setup_data);
	image->record.place = record + sizeof(struct setup_data);
	if (image->efi.smbios)
		image->efi.setup_efi_smbios =
			physical + layout->setup_data +
			setup_data_find(&parameters->setup_data, SETUP_DATA_EFI) +
			offsetof(struct efi_setup_data, smbios);
	efi_boot_data_fill(&parameters->efi, physical + layout->efi_memory_map,
			   boot_params);
	memcpy(data, boot_params, sizeof(*boot_params));
	memcpy(data + layout->command_line, image->command_line,
	       strlen(image->command_line) + 1);
	if (parameters->efi.memory_map_size)
		memcpy(data + layout->efi_memory_map, parameters->efi.memory_map,
		       parameters->efi.memory_map_size);
}

int boot_params_build(const struct load_request *request,
		      const struct setup_header *header, uint64_t place_max,
		      struct image *image, struct error *err)
{
	_cleanup_(parameters_clear) struct parameters parameters = { 0 };
	struct placement placement = {
		.name = "parameters",
		.max = place_max,
		.highest = true,
	};
	struct segment *segment;
	struct layout layout;
	uint8_t *data;
	int rc;

	rc = collect(request, header, &parameters, image, err);
	if (!rc)
		rc = add_acpi_rsdp(parameters.boot_params.acpi_rsdp_addr, image, err);
	if (!rc)
		rc = linux_build_command_line(request, header, image, err);
	if (rc < 0)
		return rc;
	layout = lay_out(&parameters, image);
	placement.size = data_size(&layout) + sizeof(struct kexec_record);
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	data = segment_allocate(segment, data_size(&layout));
	if (!data)
		return error_no_memory(err);
	write_segment(&parameters, &layout, image, segment->start, data);
	image->boot_params = segment->start;
	if (image->purpose == IMAGE_JUMP) {
		image->jump.text = segment->start + layout.command_line +
				   strlen(image->command_line);
		image->jump.text_room = JUMP_BACK_TEXT_MAX;
	}
	return 0;
}
