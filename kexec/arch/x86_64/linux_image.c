// SPDX-License-Identifier: GPL-2.0-only
/*
 * The common parts of all images of a Linux kernel: the places of kernel and initrd, the
 * description of memory, the command line. Adds segments to the image.
 */
#include "arch/x86_64/linux_image.h"

#include <errno.h>

#include "arch/x86_64/e820.h"
#include "arch/x86_64/random_place.h"
#include "arch/x86_64/setup_header.h"
#include "crash/crash.h"
#include "files/empty_initrd.h"
#include "purgatory/purgatory_params.h"
#include "util/command_line.h"
#include "util/sizes.h"

/* boot.rst, "Loading The Rest of The Kernel": the place without a preferred one. */
#define LOAD_ADDRESS MIB

/* ISA devices and kernels that are linked for low addresses use the memory below. */
#define INITRD_PLACE_MIN (16 * MIB)

uint64_t linux_fixed_place(const struct setup_header *header)
{
	return header->pref_address ? header->pref_address : header->code32_start;
}

/*
 * A relocatable kernel goes to a free place at or above its preferred address: the lowest
 * one, or a random one. If it were lower, it would move itself up there, to memory that
 * is not reserved for it (boot.rst, "init_size").
 */
int linux_place_kernel(const struct load_request *request,
		       const struct setup_header *header, uint64_t max,
		       struct image *image, struct segment **segment, struct error *err)
{
	struct placement placement = {
		.name = "kernel",
		.size = setup_header_room(request->kernel, header),
		.max = max,
	};
	int rc;

	if (header->relocatable_kernel) {
		placement.alignment = header->kernel_alignment;
		placement.min = header->pref_address ? header->pref_address
						     : LOAD_ADDRESS;
	} else {
		uint64_t end;

		placement.min = linux_fixed_place(header);
		end = align_up(placement.min + placement.size, PAGE_BYTES);
		if (!max || end < max)
			placement.max = end;
	}
	random_place_choose(request, header, image, &placement);
	rc = image_place(image, &placement, segment, err);
	if (rc < 0)
		return rc;
	segment_set_file(*segment, request->kernel, setup_header_setup_size(header),
			 setup_header_kernel_size(request->kernel, header));
	return 0;
}

/* As high as header->initrd_addr_max allows; above it only if nothing fits below. */
static int place_initrd(const struct setup_header *header, uint64_t size,
			struct image *image, struct segment **segment, struct error *err)
{
	struct placement placement = {
		.name = "initrd",
		.size = size,
		.min = INITRD_PLACE_MIN,
		.max = header->initrd_addr_max + 1ull,
		.highest = true,
	};
	int rc = image_place(image, &placement, segment, err);

	if (rc != -ENOSPC || !(header->xloadflags & XLOADFLAG_ABOVE_4G) ||
	    image_entry_limit(image))
		return rc;
	if (err)
		error_clear(err);
	placement.max = 0;
	return image_place(image, &placement, segment, err);
}

/*
 * The 124 bytes get a segment of their own, because the next kernel frees whole pages of
 * the initrd (free_initrd_mem() in Linux, arch/x86/mm/init.c), so other data must not lie
 * in them.
 */
static int place_empty_initrd(const struct load_request *request,
			      const struct setup_header *header, struct image *image,
			      struct error *err)
{
	const char *reason = empty_initrd_reason(&request->machine->efi);
	struct segment *segment;
	uint8_t *data;
	int rc;

	/* Without EFI data the next kernel does not find the array. */
	if (!reason || request->options->noefi ||
	    !(header->xloadflags & XLOADFLAG_EFI_KEXEC))
		return 0;
	rc = place_initrd(header, EMPTY_INITRD_SIZE, image, &segment, err);
	if (rc < 0)
		return rc;
	data = segment_allocate(segment, EMPTY_INITRD_SIZE);
	if (!data)
		return error_no_memory(err);
	memcpy(data, empty_initrd, EMPTY_INITRD_SIZE);
	image_note(image, "no --initrd was given, but %s: an empty one is passed",
		   reason);
	return 0;
}

int linux_place_initrd(const struct load_request *request,
		       const struct setup_header *header, struct image *image,
		       struct error *err)
{
	struct segment *segment;
	int rc;

	if (!request->initrd)
		return place_empty_initrd(request, header, image, err);
	rc = place_initrd(header, request->initrd->size, image, &segment, err);
	if (rc < 0)
		return rc;
	segment_set_file(segment, request->initrd, 0, request->initrd->size);
	return 0;
}

bool linux_is_passed(const struct load_request *request, const char *name)
{
	const struct options *options = request->options;
	const char *running = request->machine->command_line;
	const char *own = request->command_line ? request->command_line : options->append;

	return (own && command_line_has(own, name)) ||
	       (options->reuse_cmdline && running && command_line_has(running, name));
}

int linux_require_region_below_4g(const struct load_request *request, const char *what,
				  struct error *err)
{
	const struct crash_facts *facts = request->crash;
	const struct memory_range *highest;

	if (!facts || !facts->reserved.count)
		return 0;
	highest = &facts->reserved.ranges[facts->reserved.count - 1];
	if (highest->start < 4 * GIB)
		return 0;
	return error_set(err, ENOTSUP,
			 "the crash kernel region, [%#llx, %#llx), lies above 4 GiB, "
			 "where %sreserve memory below (crashkernel=SIZE without "
			 "\",high\")",
			 (unsigned long long)highest->start,
			 (unsigned long long)highest->end, what);
}

int linux_place_crash_parts(const struct load_request *request, bool relocatable,
			    struct image *image, struct error *err)
{
	if (image->purpose != IMAGE_CRASH)
		return 0;
	if (!relocatable)
		return error_set(err, ENOTSUP,
				 "%s is not relocatable (CONFIG_RELOCATABLE) and cannot "
				 "run in the crash kernel region",
				 request->kernel->path);
	return crash_place(request, image, err);
}

int linux_describe_memory(const struct load_request *request, struct image *image,
			  struct error *err)
{
	_cleanup_memory_map_ struct memory_map own = { 0 };
	int rc = e820_make(request, image, err);

	if (rc < 0 || image->purpose != IMAGE_CRASH)
		return rc;
	rc = e820_make_own(request, image, &own, err);
	return rc < 0 ? rc : crash_add_parameters(request, &own, image, err);
}

int linux_build_command_line(const struct load_request *request,
			     const struct setup_header *header, struct image *image,
			     struct error *err)
{
	const struct options *options = request->options;
	_cleanup_free_ char *reused = NULL, *users = NULL;
	uint32_t most;
	size_t length;
	int rc;

	if (options->reuse_cmdline) {
		if (!request->machine->command_line)
			return error_set(err, ENODATA,
					 "--reuse-cmdline: /proc/cmdline cannot be read");
		rc = command_line_reuse(request->machine->command_line,
					image->purpose == IMAGE_CRASH, &reused, err);
		if (rc < 0)
			return rc;
	}
	rc = command_line_join(
		reused, request->command_line ? request->command_line : options->append,
		&users, err);
	if (rc < 0)
		return rc;
	rc = command_line_join(users, image->added_command_line, &image->command_line,
			       err);
	if (rc < 0)
		return rc;
	length = strlen(image->command_line);
	most = header->cmdline_size;
	/* Room for the return address that purgatory appends. */
	if (image->purpose == IMAGE_JUMP)
		most -= most < JUMP_BACK_TEXT_MAX - 1 ? most : JUMP_BACK_TEXT_MAX - 1;
	if (length > most)
		return error_set(
			err, E2BIG,
			"the command line has %zu characters, the kernel %s takes "
			"%u; shorten --append",
			length, request->kernel->path, most);
	return 0;
}
