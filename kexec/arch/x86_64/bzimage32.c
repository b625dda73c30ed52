// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Linux kernel's own image format, entered in 32-bit mode (boot.rst): which parts are
 * placed in which order.
 */
#include "arch/x86_64/bzimage32.h"

#include <errno.h>

#include "arch/x86_64/boot_params.h"
#include "arch/x86_64/bzimage_real.h"
#include "arch/x86_64/linux_image.h"
#include "arch/x86_64/setup_header.h"
#include "util/sizes.h"

/*
 * Refuses formats of the 1990s: a zImage must be moved below 640 KiB, and before protocol
 * 2.02 the parameters must be at 0x90000, which may belong to the BIOS.
 */
static int require_32bit_entry(const struct kernel_file *kernel,
			       const struct setup_header *header, struct error *err)
{
	if (!(header->loadflags & LOADFLAG_LOADED_HIGH))
		return error_set(err, ENOTSUP,
				 "%s is a zImage; a bzImage of that kernel is needed",
				 kernel->path);
	if (header->version < SETUP_VERSION_2_02)
		return error_set(
			err, ENOTSUP,
			"%s has boot protocol %u.%02u; 2.02 (Linux 2.4) or later "
			"is needed",
			kernel->path, header->version >> 8, header->version & 0xff);
	return 0;
}

int bzimage32_probe(const struct kernel_file *kernel, struct error *err)
{
	struct setup_header header;
	int rc = setup_header_read(kernel, &header, err);

	if (!rc)
		rc = require_32bit_entry(kernel, &header, err);
	if (!rc)
		rc = setup_header_check_sizes(kernel, &header, err);
	if (rc < 0)
		return rc;
	if (!header.relocatable_kernel && linux_fixed_place(&header) % PAGE_BYTES)
		return error_set(err, EBADMSG,
				 "%s: its header has an invalid code32_start: %#x",
				 kernel->path, header.code32_start);
	return 0;
}

int bzimage32_load(const struct load_request *request, struct image *image,
		   struct error *err)
{
	struct setup_header header;
	struct segment *kernel;
	int rc;

	if (image->registers.mode == IMAGE_ENTRY_REAL)
		return bzimage_real_load(request, image, err);
	rc = setup_header_read(request->kernel, &header, err);
	if (!rc)
		rc = linux_require_region_below_4g(
			request, "the 32-bit entry cannot be; use the 64-bit entry, or ",
			err);
	if (rc < 0)
		return rc;
	rc = linux_place_crash_parts(request, header.relocatable_kernel, image, err);
	if (!rc)
		rc = linux_place_kernel(request, &header, 4 * GIB, image, &kernel, err);
	if (rc < 0)
		return rc;
	image->registers.ip = kernel->start;
	rc = linux_place_initrd(request, &header, image, err);
	if (!rc)
		rc = boot_params_build(request, &header, 4 * GIB, image, err);
	image->registers.si = image->boot_params;
	return rc;
}
