// SPDX-License-Identifier: GPL-2.0-only
/* Tells which pages purgatory will map, as far as kexec knows them before it runs. */
#include "plan/plan_identity_map.h"

#include "abi/efi.h"
#include "util/bytes.h"

static struct plan_mapping mapping(const char *what, uint64_t address, uint64_t size,
				   const char *remark)
{
	struct plan_mapping result = {
		.what = what,
		.address = address,
		.size = size,
		.start = align_down(address, PAGE_BYTES),
		.remark = remark,
	};
	uint64_t end;

	if (size && add_u64(address, size, &end) && end < UINT64_MAX - PAGE_BYTES)
		result.end = align_up(end, PAGE_BYTES);
	return result;
}

static size_t map_tables(const struct efi_facts *efi, const struct image *image,
			 struct plan_mapping *mappings)
{
	mappings[0] = mapping("EFI system table", image->efi.system_table,
			      EFI_SYSTEM_TABLE_SIZE, NULL);
	mappings[1] = mapping("EFI config table array", image->efi.config_table_array,
			      efi->table_count * (uint64_t)EFI_CONFIG_TABLE_SIZE,
			      efi->table_count ? NULL
					       : "purgatory reads its length from the "
						 "system table");
	return 2;
}

size_t plan_mappings(const struct machine *machine, const struct image *image,
		     struct plan_mapping *mappings)
{
	const struct efi_facts *efi = &machine->efi;
	const struct efi_config_table *table =
		efi_find_table(&efi->tables, EFI_TABLE_CC_BLOB);
	uint64_t cc_blob = image->efi.cc_blob;
	size_t count = 0;

	if (image->efi.mapping == IMAGE_EFI_MAPPING_IN_PLACE) {
		count = map_tables(efi, image, mappings);
		/* The array's blob takes precedence, as in purgatory. */
		if (table && table->address)
			cc_blob = table->address;
	}
	if (cc_blob)
		mappings[count++] =
			mapping("CC blob", cc_blob, EFI_CC_BLOB_SIZE,
				"and the secrets and CPUID pages that it names");
	if (image->rsdp.address)
		mappings[count++] = mapping("ACPI root pointer", image->rsdp.address,
					    EFI_RSDP_SIZE,
					    "which purgatory copies for the new kernel");
	return count;
}

const char *plan_mapping_reason(const struct machine *machine, const struct image *image)
{
	switch (image->efi.mapping) {
	case IMAGE_EFI_MAPPING_IN_PLACE:
		if (image->efi.copied)
			return image_find_segment(image, "EFI tables")
				       ? "They are copies, which the running kernel maps "
					 "like every segment; what its map lacks is added"
				       : "They are copies made by an earlier kexec; what "
					 "the running kernel's map lacks is added";
		return "The new kernel reads them before it can take a page fault; what the "
		       "running kernel's map lacks is added";
	case IMAGE_EFI_MAPPING_OFF:
		return "--no-efi-map-config was given";
	case IMAGE_EFI_MAPPING_XEN:
		return image->efi.copied
			       ? "The Xen hypervisor maps the segments, of which the copies "
				 "of the EFI tables are one"
			       : "The Xen hypervisor maps it beside the segments";
	case IMAGE_EFI_MAPPING_OWN:
		return "The new kernel starts without paging and maps 0 to 4 GiB itself";
	case IMAGE_EFI_MAPPING_NONE:
		break;
	}
	if (image->rsdp.address)
		return "Purgatory reads the ACPI root pointer; what the running kernel's "
		       "map lacks is added";
	if (image->efi.cc_blob)
		return "The new kernel reads what setup_data names before it can take a "
		       "page fault; what the running kernel's map lacks is added";
	if (!machine->efi.booted)
		return "This machine was not booted through EFI";
	return "The new kernel is told nothing about EFI, so it does not look for EFI tables";
}

const char *plan_mapping_mode(const struct image *image)
{
	switch (image->efi.mapping) {
	case IMAGE_EFI_MAPPING_IN_PLACE:
		return image->efi.copied ? "copy" : "in-place";
	case IMAGE_EFI_MAPPING_OFF:
		return "off";
	case IMAGE_EFI_MAPPING_XEN:
		return "xen";
	case IMAGE_EFI_MAPPING_OWN:
		return "own";
	case IMAGE_EFI_MAPPING_NONE:
		break;
	}
	return image->efi.cc_blob || image->rsdp.address ? "in-place" : "none";
}
