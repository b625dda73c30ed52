// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decides whether the next kernel is told about the EFI tables, and who maps them.
 * efi_mapping_decide evaluates --efi-map-config, --no-efi-map-config and --noefi. Reads
 * the request; writes image->efi, notes and warnings.
 */
#include "arch/x86_64/efi_mapping.h"

#include <errno.h>

#include "abi/boot_protocol.h"
#include "util/sizes.h"

/* UEFI specification 2.10, 7.2: EFI_MEMORY_DESCRIPTOR_VERSION. */
#define DESCRIPTOR_VERSION 1u

/* Longer than the descriptors of any firmware; a larger size counts as damaged. */
#define DESCRIPTOR_SIZE_MAX 4096u

/* Returns why EFI data is left out on purpose, or NULL. */
static const char *not_wanted(const struct load_request *request, uint16_t xloadflags)
{
	const struct efi_facts *efi = &request->machine->efi;

	if (!efi->booted)
		return "this machine was not booted through EFI";
	if (request->options->noefi)
		return "--noefi was given";
	/*
	 * Linux 6.1: arch/x86/kernel/setup.c of a 32-bit kernel takes only the signature
	 * "EL32", and its boot/header.S never sets the flag.
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

/* Returns which fact that the next kernel needs is missing or invalid, or NULL. */
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
		return "the descriptor size of the EFI memory map is invalid";
	return NULL;
}

/*
 * startup_32 of a 64-bit kernel enters long mode with a map of its own, 0 to 4 GiB, and
 * walks the array before it handles page faults, like a kernel entered in long mode.
 */
static bool tables_are_below_4g(const struct efi_facts *efi)
{
	uint64_t size = efi->table_count * (uint64_t)EFI_CONFIG_TABLE_SIZE;

	return efi->config_table_array < 4 * GIB &&
	       size <= 4 * GIB - efi->config_table_array &&
	       efi->system_table <= 4 * GIB - EFI_SYSTEM_TABLE_SIZE;
}

/* Purgatory can only add to the map of long mode. */
static bool purgatory_maps(enum image_entry_mode mode, enum efi_map_config wish)
{
	return mode == IMAGE_ENTRY_64BIT && wish != EFI_MAP_CONFIG_OFF;
}

static enum image_efi_mapping mapping_for(enum image_entry_mode mode,
					  enum efi_map_config wish)
{
	if (purgatory_maps(mode, wish))
		return IMAGE_EFI_MAPPING_IN_PLACE;
	return mode == IMAGE_ENTRY_64BIT ? IMAGE_EFI_MAPPING_OFF : IMAGE_EFI_MAPPING_OWN;
}

/* Leaves the tables out, which is an error with --efi-map-config. */
static int leave_out(bool required, const char *reason, struct image *image,
		     struct error *err)
{
	if (required)
		return error_set(err, ENODATA,
				 "--efi-map-config: the EFI tables cannot be mapped: %s",
				 reason);
	image_warn(image, "the next kernel will not know of EFI: %s", reason);
	return 0;
}

/* The next kernel's own map does not reach the tables: an error with --efi-map-config. */
static int leave_unmapped(bool required, const struct efi_facts *efi, struct image *image,
			  struct error *err)
{
	unsigned long long table = efi->system_table, array = efi->config_table_array;

	if (required)
		return error_set(err, ENOTSUP,
				 "--efi-map-config: a kernel entered in 32-bit mode maps "
				 "0 to 4 GiB by itself, but the EFI system table is at "
				 "%#llx, the config table array at %#llx; use the 64-bit "
				 "entry, or --noefi",
				 table, array);
	image_warn(
		image,
		"a kernel entered in 32-bit mode maps 0 to 4 GiB only and will probably "
		"reset the machine when it reads the EFI tables above (system table at "
		"%#llx, config table array at %#llx); use the 64-bit entry, or --noefi",
		table, array);
	return 0;
}

int efi_mapping_decide(const struct load_request *request, uint16_t xloadflags,
		       struct image *image, struct error *err)
{
	const struct machine *machine = request->machine;
	const struct efi_facts *efi = &machine->efi;
	enum efi_map_config wish = request->options->efi_map_config;
	enum image_entry_mode mode = image->registers.mode;
	bool required = efi_map_config_is_required(wish),
	     copy = wish == EFI_MAP_CONFIG_COPY;
	/* Xen maps the segments only, so the tables are copied into one. */
	bool xen = machine->xen_role == XEN_ROLE_DOM0;
	const char *reason = not_wanted(request, xloadflags);

	/*
	 * Even without EFI the next kernel reads the CC blob before it handles page
	 * faults.
	 */
	if (machine->cc_blob.count && purgatory_maps(mode, wish))
		image->efi.cc_blob = machine->cc_blob.tables[0].address;
	if (reason) {
		image_note(image, "no EFI data for the next kernel: %s", reason);
		return 0;
	}
	reason = missing(efi);
	if (reason)
		return leave_out(required, reason, image, err);
	if (copy && efi->tables_unread)
		return error_set(err, ENODATA,
				 "--efi-map-config=copy: the EFI tables cannot be read: "
				 "%s; --efi-map-config maps them without reading them",
				 efi->tables_unread);
	image->efi.handed_over = true;
	image->efi.copied = copy || xen;
	image->efi.mapping = xen ? IMAGE_EFI_MAPPING_XEN : mapping_for(mode, wish);
	if (efi->tables_reused)
		image_warn(
			image,
			"the next kernel will not get the EFI tables in memory that the "
			"Xen hypervisor has reused: %s",
			efi->tables_reused);
	/* Copies are placed where the mode of entry needs them. */
	if (image->efi.mapping == IMAGE_EFI_MAPPING_OWN && !copy &&
	    !tables_are_below_4g(efi))
		return leave_unmapped(required, efi, image, err);
	return 0;
}
