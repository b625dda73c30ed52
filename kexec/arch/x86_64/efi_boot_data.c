// SPDX-License-Identifier: GPL-2.0-only
/* What the next kernel gets to know of the EFI firmware. */
#include "arch/x86_64/efi_boot_data.h"

#include <errno.h>

#include "efi/efi_copy.h"
#include "util/sizes.h"

/* UEFI specification 2.10, 7.2: EFI_MEMORY_DESCRIPTOR_VERSION. */
#define DESCRIPTOR_VERSION 1u

/* No firmware has them longer; the running kernel's number is not believed beyond. */
#define DESCRIPTOR_SIZE_MAX 4096u

/* Reasons for which nothing is handed over although nothing is wrong; NULL if none. */
static const char *not_wanted(const struct load_request *request, uint16_t xloadflags)
{
	const struct efi_facts *efi = &request->machine->efi;

	if (!efi->booted)
		return "this machine was not booted through EFI";
	if (request->options->noefi)
		return "--noefi was given";
	/*
	 * Linux 6.1: arch/x86/kernel/setup.c of a 32-bit kernel knows the signature "EL32"
	 * only, and its boot/header.S never sets the flag.
	 */
	if (!(xloadflags & (XLOADFLAG_EFI_KEXEC | XLOADFLAG_KERNEL_64)))
		return "a 32-bit kernel, or one before Linux 3.8, cannot use the "
		       "firmware after a kexec";
	if (!(xloadflags & XLOADFLAG_EFI_KEXEC))
		return "the kernel image cannot take EFI data over a kexec (xloadflags)";
	if (efi->word_bits == 32)
		return "the firmware is 32-bit, and its runtime services do not survive a "
		       "kexec";
	return NULL;
}

/* A full sentence on what is missing for a boot_data; NULL if nothing is. */
static const char *missing(const struct efi_facts *efi)
{
	if (efi->incomplete)
		return efi->incomplete;
	if (!efi->system_table)
		return "boot_params do not name the EFI system table";
	if (!efi->config_table_array)
		return "/sys/firmware/efi/config_table does not name the EFI config table "
		       "array";
	if (!efi->runtime_map_count)
		return "/sys/firmware/efi/runtime-map is empty; the running kernel has no "
		       "EFI runtime services";
	if (efi->descriptor_version != DESCRIPTOR_VERSION)
		return "the version of the EFI memory map is unknown";
	if (efi->descriptor_size < sizeof(struct efi_memory_descriptor_abi) ||
	    efi->descriptor_size > DESCRIPTOR_SIZE_MAX)
		return "the descriptor size of the EFI memory map makes no sense";
	return NULL;
}

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
		.smbios = efi->smbios,
	};
	boot_data->given = true;
	return 0;
}

/* Which system table and which array are handed over. */
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
 * --efi-map-config=copy. A copy that an earlier kexec made, and that can be used, is handed
 * on, so that chained kexecs take no further memory.
 */
static int copy_tables(const struct efi_facts *efi, struct image *image,
		       struct efi_boot_data *boot_data, struct error *err)
{
	uint64_t limit = image_entry_limit(image);

	if (efi->tables_unread)
		return error_set(err, ENODATA,
				 "--efi-map-config=copy: the EFI tables cannot be read: "
				 "%s; --efi-map-config maps them without reading them",
				 efi->tables_unread);
	image->efi.copied = true;
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

/*
 * startup_32 of a 64-bit kernel goes to long mode with a map of its own, 0 to 4 GiB, and
 * walks the array before it handles page faults, like a kernel entered in long mode.
 */
static int require_tables_below_4g(const struct load_request *request,
				   struct image *image, struct error *err)
{
	const struct efi_facts *efi = &request->machine->efi;
	uint64_t array = image->efi.config_table_array, table = image->efi.system_table;
	uint64_t size = efi->table_count * (uint64_t)EFI_CONFIG_TABLE_SIZE;

	image->efi.mapping = IMAGE_EFI_MAPPING_OWN;
	if (array < 4 * GIB && size <= 4 * GIB - array &&
	    table <= 4 * GIB - EFI_SYSTEM_TABLE_SIZE)
		return 0;
	if (efi_map_config_is_required(request->options->efi_map_config))
		return error_set(err, ENOTSUP,
				 "--efi-map-config: a kernel entered in 32-bit mode maps "
				 "0 to 4 GiB by itself, but the EFI system table is at "
				 "%#llx, the config table array at %#llx; use the 64-bit "
				 "entry, or --noefi",
				 (unsigned long long)table, (unsigned long long)array);
	image_warn(
		image,
		"a kernel entered in 32-bit mode maps 0 to 4 GiB only and will probably "
		"reset the machine when it reads the EFI tables above (system table at "
		"%#llx, config table array at %#llx); use the 64-bit entry, or --noefi",
		(unsigned long long)table, (unsigned long long)array);
	return 0;
}

int efi_boot_data_prepare(const struct load_request *request, uint16_t xloadflags,
			  struct image *image, struct efi_boot_data *boot_data,
			  struct error *err)
{
	const struct efi_facts *efi = &request->machine->efi;
	enum efi_map_config wish = request->options->efi_map_config;
	const char *reason = not_wanted(request, xloadflags);
	int rc;

	image->efi.mapping = IMAGE_EFI_MAPPING_NONE;
	if (reason) {
		image_note(image, "no EFI data for the next kernel: %s", reason);
		return 0;
	}
	reason = missing(efi);
	if (reason && efi_map_config_is_required(wish))
		return error_set(err, ENODATA,
				 "--efi-map-config: the EFI tables cannot be mapped: %s",
				 reason);
	if (reason) {
		image_warn(image, "the next kernel will not know of EFI: %s", reason);
		return 0;
	}
	rc = prepare_data(efi, boot_data, err);
	if (rc < 0)
		return rc;
	image->efi.handed_over = true;
	name_tables(efi->system_table, efi->config_table_array, image, boot_data);
	if (wish == EFI_MAP_CONFIG_COPY) {
		rc = copy_tables(efi, image, boot_data, err);
		if (rc < 0)
			return rc;
	}
	if (image->registers.mode == IMAGE_ENTRY_32BIT)
		return require_tables_below_4g(request, image, err);
	image->efi.mapping = wish == EFI_MAP_CONFIG_OFF ? IMAGE_EFI_MAPPING_OFF
							: IMAGE_EFI_MAPPING_IN_PLACE;
	return 0;
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
