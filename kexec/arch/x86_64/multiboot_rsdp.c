// SPDX-License-Identifier: GPL-2.0-only
#include "arch/x86_64/multiboot_rsdp.h"

#include <errno.h>

#include "arch/x86_64/setup_header.h"
#include "files/modules.h"
#include "util/cleanup.h"
#include "util/command_line.h"

/* Xen looks there only; other kernels use the tags of Multiboot2. */
static void warn_without_bios_memory(bool has_tags, struct image *image)
{
	const char *why = image->purpose == IMAGE_CRASH
				  ? "a crash kernel gets none"
				  : "it is missing, because the first page is not RAM";

	if (has_tags)
		image_warn(image,
			   "if the new kernel is Xen, it will not find the ACPI tables: "
			   "it looks for the root pointer in BIOS memory, and %s",
			   why);
	else
		image_warn(image,
			   "the new kernel will not find the ACPI tables: without "
			   "multiboot2 information it looks for the root pointer in BIOS "
			   "memory, and %s",
			   why);
}

int multiboot_rsdp_copy(const struct machine *machine, uint64_t tags, struct image *image,
			struct error *err)
{
	struct image_rsdp copies = {
		.address = machine_acpi_rsdp(machine),
		.tags = tags,
		.bios_memory = image->rsdp.bios_memory,
	};

	image->rsdp = (struct image_rsdp){ 0 };
	if (!machine_lacks_bios(machine))
		return 0;
	if (!copies.address) {
		image_warn(image, "the new kernel will not find the ACPI tables: neither "
				  "boot_params nor /sys/firmware/efi/systab has the "
				  "address of the root pointer");
		return 0;
	}
	if (!copies.bios_memory)
		warn_without_bios_memory(copies.tags, image);
	if (!copies.tags && !copies.bios_memory)
		return 0;
	image->rsdp = copies;
	/* Xen maps what it is told to, and purgatory can add nothing. */
	if (machine->xen_role != XEN_ROLE_DOM0)
		return 0;
	image->efi.mapping = IMAGE_EFI_MAPPING_XEN;
	return memory_map_set(&image->mapped, copies.address,
			      copies.address + EFI_RSDP_SIZE, MEMORY_RAM) < 0
		       ? error_no_memory(err)
		       : 0;
}

int multiboot_rsdp_for_linux(const struct load_request *request, struct image *image,
			     char **text, struct error *err)
{
	uint64_t address = machine_acpi_rsdp(request->machine);
	const struct modules *modules = request->modules;
	_cleanup_free_ char *parameter = NULL;
	struct setup_header header;
	int rc;

	if (!modules || !modules->count || !address ||
	    !machine_lacks_bios(request->machine) ||
	    command_line_has(modules->items[0].text, "acpi_rsdp"))
		return 0;
	rc = setup_header_read(&modules->items[0].file, &header, err);
	if (rc < 0)
		return rc == -ENOEXEC ? 0 : rc;
	if (asprintf(&parameter, "acpi_rsdp=0x%llx", (unsigned long long)address) < 0) {
		parameter = NULL;
		return error_no_memory(err);
	}
	rc = command_line_join(modules->items[0].text, parameter, text, err);
	if (!rc)
		image_note(
			image,
			"the first module is a Linux kernel, which gets %s, because it "
			"does not find the ACPI tables otherwise",
			parameter);
	return rc;
}
