// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EFI data for the next kernel, once efi_mapping.c has decided that
 * it gets any. Reads the request; adds the segment of copied tables.
 */
#include "arch/x86_64/efi_boot_data.h"

#include <errno.h>
#include <inttypes.h>

#include "arch/x86_64/efi_mapping.h"
#include "efi/efi_copy.h"

/*
 * The descriptors keep the running kernel's size, although only 40 bytes of each are in
 * use: newer kernels compare it with that of the memory attributes table, which the
 * firmware wrote, and drop the table if ours is smaller (drivers/firmware/efi/memattr.c).
 */
static int copy_runtime_map(const struct efi_facts *efi, struct efi_boot_data *boot_data,
			    struct error *err)
{
	uint64_t size;
	size_t i;

	if (!multiply_u64(efi->runtime_map_count, efi->descriptor_size, &size) ||
	    size > UINT32_MAX)
		return error_set(err, E2BIG, "the EFI runtime map has %zu entries",
				 efi->runtime_map_count);
	boot_data->memory_map = calloc(1, size);
	if (!boot_data->memory_map)
		return error_no_memory(err);
	boot_data->memory_map_size = (uint32_t)size;
	for (i = 0; i < efi->runtime_map_count; i++) {
		const struct efi_memory_descriptor *entry = &efi->runtime_map[i];
		struct efi_memory_descriptor_abi descriptor = {
			.type = entry->type,
			.physical_start = entry->physical_start,
			.virtual_start = entry->virtual_start,
			.number_of_pages = entry->page_count,
			.attribute = entry->attribute,
		};

		memcpy(boot_data->memory_map + i * efi->descriptor_size, &descriptor,
		       sizeof(descriptor));
	}
	return 0;
}

static int prepare_data(const struct efi_facts *efi, struct efi_boot_data *boot_data,
			struct error *err)
{
	int rc = copy_runtime_map(efi, boot_data, err);

	if (rc < 0)
		return rc;
	boot_data->info = (struct efi_info){
		.efi_loader_signature = efi->loader_signature,
		.efi_memdesc_size = efi->descriptor_size,
		.efi_memdesc_version = efi->descriptor_version,
		.efi_memmap_size = boot_data->memory_map_size,
	};
	boot_data->setup_data = (struct efi_setup_data){
		.fw_vendor = efi->fw_vendor,
	};
	boot_data->given = true;
	return 0;
}

/* Passes on these two addresses, of the firmware's own tables or of copies. */
static void name_tables(uint64_t system_table, uint64_t array, struct image *image,
			struct efi_boot_data *boot_data)
{
	image->efi.system_table = system_table;
	image->efi.config_table_array = array;
	boot_data->info.efi_systab = (uint32_t)system_table;
	boot_data->info.efi_systab_hi = (uint32_t)(system_table >> 32);
	boot_data->setup_data.tables = array;
}

static int place_copy(const struct efi_facts *efi, struct image *image,
		      struct efi_boot_data *boot_data, struct error *err)
{
	struct placement placement = {
		.name = "EFI tables",
		.size = efi_copy_size(efi),
		.alignment = efi_copy_alignment(efi),
		.max = image_entry_limit(image),
		.highest = true,
	};
	struct setup_data node = { .type = EFI_COPY_SETUP_DATA_TYPE };
	struct segment *segment;
	uint8_t *data;
	int rc = image_place(image, &placement, &segment, err);

	if (rc < 0)
		return rc;
	data = segment_allocate(segment, placement.size);
	if (!data)
		return error_no_memory(err);
	rc = efi_copy_write(efi, segment->start, data, err);
	if (rc < 0)
		return rc;
	node.len = (uint32_t)(placement.size - EFI_COPY_NODE_BYTES);
	memcpy(data, &node, sizeof(node));
	segment->reserved = true;
	boot_data->copy = segment->start;
	name_tables(segment->start + EFI_COPY_SYSTEM_TABLE,
		    segment->start + EFI_COPY_ARRAY, image, boot_data);
	return 0;
}

/*
 * --efi-map-config=copy. A copy that an earlier kexec made is handed on if the kernel can
 * use it, so that chained kexecs take no further memory.
 */
static int copy_tables(const struct efi_facts *efi, struct image *image,
		       struct efi_boot_data *boot_data, struct error *err)
{
	uint64_t limit = image_entry_limit(image);

	if (efi->tables_are_copy &&
	    (!limit ||
	     efi->system_table - EFI_COPY_SYSTEM_TABLE + efi_copy_size(efi) <= limit)) {
		image_note(image,
			   "the EFI tables are copies already, of an earlier kexec, and "
			   "handed on");
		return 0;
	}
	return place_copy(efi, image, boot_data, err);
}

/* False if the array could not be read. */
static bool smbios_is_physical(const struct efi_facts *efi)
{
	size_t i;

	for (i = 0; i < efi->tables.count; i++)
		if (efi->tables.tables[i].kind == EFI_TABLE_SMBIOS &&
		    efi->tables.tables[i].address != efi->smbios)
			return false;
	return efi->tables.count;
}

/*
 * SETUP_EFI names SMBIOS only if the array's own pointer to it may be a virtual address.
 * Linux then corrects the pointer, but from 6.14 on it drops the memory attributes table
 * from the array as well, for all later kernels (efi_reuse_config()). Where purgatory
 * maps the array, it corrects the pointer instead, and clears the field.
 */
static void name_smbios(const struct efi_facts *efi, struct image *image,
			struct efi_boot_data *boot_data)
{
	if (boot_data->copy || !efi->smbios || smbios_is_physical(efi))
		return;
	boot_data->setup_data.smbios = efi->smbios;
	if (image->efi.mapping != IMAGE_EFI_MAPPING_IN_PLACE)
		return;
	image->efi.smbios = efi->smbios;
	image_note(image,
		   "purgatory puts the physical address of SMBIOS, 0x%" PRIx64
		   ", back into the EFI config table array, which %s",
		   efi->smbios,
		   efi->tables.count ? "has another one" : "cannot be read from here");
}

int efi_boot_data_prepare(const struct load_request *request, uint16_t xloadflags,
			  struct image *image, struct efi_boot_data *boot_data,
			  struct error *err)
{
	const struct efi_facts *efi = &request->machine->efi;
	int rc = efi_mapping_decide(request, xloadflags, image, err);

	if (rc < 0 || !image->efi.handed_over)
		return rc;
	rc = prepare_data(efi, boot_data, err);
	if (rc < 0)
		return rc;
	name_tables(efi->system_table, efi->config_table_array, image, boot_data);
	rc = image->efi.copied ? copy_tables(efi, image, boot_data, err) : 0;
	if (!rc)
		name_smbios(efi, image, boot_data);
	return rc;
}

void efi_boot_data_clear(struct efi_boot_data *boot_data)
{
	free(boot_data->memory_map);
	*boot_data = (struct efi_boot_data){ 0 };
}

void efi_boot_data_fill(const struct efi_boot_data *boot_data, uint64_t memory_map,
			struct boot_params *boot_params)
{
	boot_params->efi_info = boot_data->info;
	if (!boot_data->given)
		return;
	boot_params->efi_info.efi_memmap = (uint32_t)memory_map;
	boot_params->efi_info.efi_memmap_hi = (uint32_t)(memory_map >> 32);
}
