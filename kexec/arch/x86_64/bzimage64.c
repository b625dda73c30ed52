// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Linux kernel's own image format with a 64-bit entry (boot.rst): which parts are
 * placed in which order.
 */
#include "arch/x86_64/bzimage64.h"

#include <errno.h>

#include "abi/boot_protocol.h"
#include "arch/x86_64/boot_params.h"
#include "arch/x86_64/bzimage32.h"
#include "arch/x86_64/linux_image.h"
#include "arch/x86_64/setup_header.h"
#include "util/sizes.h"

int bzimage64_probe(const struct kernel_file *kernel, struct error *err)
{
	struct setup_header header;
	int rc = setup_header_read(kernel, &header, err);

	if (rc < 0)
		return rc;
	/* setup_header_read clears xloadflags before protocol 2.12. */
	if (!(header.loadflags & LOADFLAG_LOADED_HIGH) ||
	    !(header.xloadflags & XLOADFLAG_KERNEL_64))
		return -ENOEXEC;
	return setup_header_check_sizes(kernel, &header, err);
}

/* No part may end above this physical address; 0 means no limit. */
static uint64_t place_limit(const struct setup_header *header)
{
	return header->xloadflags & XLOADFLAG_ABOVE_4G ? 0 : 4 * GIB;
}

/* Such a kernel cannot reach memory above FOUR_LEVELS_END. */
static bool may_use_four_levels(const struct load_request *request,
				const struct setup_header *header)
{
	return !(header->xloadflags & XLOADFLAG_5LEVEL) ||
	       !(header->xloadflags & XLOADFLAG_5LEVEL_ENABLED) ||
	       linux_is_passed(request, "no5lvl");
}

/* Refuses kernels that are known to fail, and limits the places of the parts. */
static int prepare_places(const struct load_request *request,
			  const struct setup_header *header, struct image *image,
			  struct error *err)
{
	int rc = 0;

	if (request->machine->cpu.five_level_paging &&
	    !(header->xloadflags & XLOADFLAG_5LEVEL))
		return error_set(
			err, ENOTSUP,
			"%s cannot be started while 5-level paging is on; boot the "
			"running kernel with no5lvl first",
			request->kernel->path);
	if (!(header->xloadflags & XLOADFLAG_ABOVE_4G))
		rc = linux_require_region_below_4g(
			request, "this kernel cannot be loaded (xloadflags); ", err);
	if (!rc && may_use_four_levels(request, header))
		rc = image_limit_to_four_levels(image, err);
	return rc;
}

int bzimage64_load(const struct load_request *request, struct image *image,
		   struct error *err)
{
	struct setup_header header;
	struct segment *kernel;
	int rc;

	if (image->registers.mode != IMAGE_ENTRY_64BIT)
		return bzimage32_load(request, image, err);
	rc = setup_header_read(request->kernel, &header, err);
	if (!rc)
		rc = prepare_places(request, &header, image, err);
	if (!rc)
		rc = linux_place_crash_parts(request, header.relocatable_kernel, image,
					     err);
	if (!rc)
		rc = linux_place_kernel(request, &header, place_limit(&header), image,
					&kernel, err);
	if (rc < 0)
		return rc;
	image->registers.ip = kernel->start + ENTRY_64_OFFSET;
	rc = linux_place_initrd(request, &header, image, err);
	if (!rc)
		rc = boot_params_build(request, &header, place_limit(&header), image,
				       err);
	image->registers.si = image->boot_params;
	return rc;
}
