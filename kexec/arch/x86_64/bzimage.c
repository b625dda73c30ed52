// SPDX-License-Identifier: GPL-2.0-only
/* The Linux kernel's own image format with a 64-bit entry (boot.rst). */
#include "arch/x86_64/bzimage.h"

#include <errno.h>

#include "arch/x86_64/boot_params.h"
#include "arch/x86_64/boot_protocol.h"
#include "crash.h"

#define FOUR_GIB (1ull << 32)

/* Below, the first kernel's own low mappings and ISA devices are too near. */
#define INITRD_PLACE_MIN 0x1000000ull

/* kernel_alignment is 2 MiB in practice (CONFIG_PHYSICAL_ALIGN is at most 16 MiB). */
#define KERNEL_ALIGNMENT_MAX (1ull << 30)

/* Protocol 2.00 to 2.11 and 32-bit entries are another image type. */
#define HEADER_READ_SIZE (SETUP_HEADER_OFFSET + sizeof(struct setup_header))

/*
 * Reads the header; only as many bytes as the image declares are taken (boot.rst, "Details
 * of Header Fields": it ends at 0x202 plus the jump's operand), the rest is zero.
 */
static int read_header(const struct kernel_file *kernel, struct setup_header *header,
		       struct error *err)
{
	uint8_t raw[HEADER_READ_SIZE];
	size_t end;
	int rc;

	if (kernel->size < sizeof(raw))
		return -ENOEXEC;
	rc = kernel_file_read(kernel, 0, raw, sizeof(raw), err);
	if (rc < 0)
		return rc;
	end = 0x202u + raw[SETUP_HEADER_LENGTH_OFFSET];
	if (end > sizeof(raw))
		end = sizeof(raw);
	*header = (struct setup_header){ 0 };
	memcpy(header, raw + SETUP_HEADER_OFFSET, end - SETUP_HEADER_OFFSET);
	if (header->boot_flag != BOOT_FLAG_MAGIC || header->header != SETUP_HEADER_MAGIC)
		return -ENOEXEC;
	return 0;
}

/* Bytes of the real-mode part; boot.rst: setup_sects 0 means 4. */
static uint64_t setup_size(const struct setup_header *header)
{
	return ((header->setup_sects ? header->setup_sects : 4) + 1) * SECTOR_BYTES;
}

/* Bytes of the protected-mode part. */
static uint64_t kernel_size(const struct setup_header *header)
{
	return header->syssize * 16ull;
}

static int check_type(const struct kernel_file *kernel, const struct setup_header *header,
		      struct error *err)
{
	if (header->version < SETUP_VERSION_2_12)
		return error_set(
			err, ENOTSUP,
			"%s has boot protocol %u.%02u; 2.12 (Linux 3.8) or later "
			"is needed",
			kernel->path, header->version >> 8, header->version & 0xff);
	if (!(header->loadflags & LOADFLAG_LOADED_HIGH))
		return error_set(err, ENOTSUP, "%s is a zImage, not a bzImage",
				 kernel->path);
	if (!(header->xloadflags & XLOADFLAG_KERNEL_64))
		return error_set(
			err, ENOTSUP,
			"%s has no 64-bit entry (a 32-bit kernel?); this version "
			"loads 64-bit kernels only",
			kernel->path);
	return 0;
}

static int check_sizes(const struct kernel_file *kernel,
		       const struct setup_header *header, struct error *err)
{
	uint64_t needed = setup_size(header) + kernel_size(header);

	if (!header->syssize)
		return error_set(err, EBADMSG,
				 "%s: its header says it has no code (syssize)",
				 kernel->path);
	if (kernel->size < needed)
		return error_set(
			err, EBADMSG,
			"%s is cut off: its header says %llu bytes, it has %llu; "
			"copy the file once more",
			kernel->path, (unsigned long long)needed,
			(unsigned long long)kernel->size);
	if (header->init_size < kernel_size(header))
		return error_set(
			err, EBADMSG,
			"%s: its header says it runs in %u bytes (init_size), but "
			"its code alone has %llu",
			kernel->path, header->init_size,
			(unsigned long long)kernel_size(header));
	if (header->relocatable_kernel &&
	    (!is_power_of_two(header->kernel_alignment) ||
	     header->kernel_alignment > KERNEL_ALIGNMENT_MAX))
		return error_set(err, EBADMSG,
				 "%s: its header has a senseless kernel_alignment: %#x",
				 kernel->path, header->kernel_alignment);
	if (header->pref_address % PAGE_BYTES || header->pref_address >= 1ull << 52)
		return error_set(err, EBADMSG,
				 "%s: its header has a senseless pref_address: %#llx",
				 kernel->path, (unsigned long long)header->pref_address);
	return 0;
}

int bzimage64_probe(const struct kernel_file *kernel, struct error *err)
{
	struct setup_header header;
	int rc = read_header(kernel, &header, err);

	if (!rc)
		rc = check_type(kernel, &header, err);
	if (!rc)
		rc = check_sizes(kernel, &header, err);
	return rc;
}

/* No part may end above this physical address; 0 is no limit. */
static uint64_t place_limit(const struct setup_header *header)
{
	return header->xloadflags & XLOADFLAG_ABOVE_4G ? 0 : FOUR_GIB;
}

/*
 * The lowest place from pref_address on: a relocatable kernel that finds itself lower
 * moves up there anyway, to memory that nobody has reserved for it. One that is not
 * relocatable must be there exactly (boot.rst, "init_size").
 */
static int place_kernel(const struct load_request *request,
			const struct setup_header *header, struct image *image,
			struct error *err)
{
	struct placement placement = {
		.name = "kernel",
		.size = header->init_size,
		.alignment = header->relocatable_kernel ? header->kernel_alignment : 1,
		.min = header->pref_address,
		.max = place_limit(header),
	};
	struct segment *segment;
	int rc;

	if (!header->relocatable_kernel)
		placement.max =
			align_up(header->pref_address + header->init_size, PAGE_BYTES);
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	segment_set_file(segment, request->kernel, setup_size(header),
			 kernel_size(header));
	image->kernel_entry = segment->start + ENTRY_64_OFFSET;
	return 0;
}

/* As high as initrd_addr_max allows; above it only if there is no room below. */
static int place_initrd(const struct load_request *request,
			const struct setup_header *header, struct image *image,
			struct error *err)
{
	struct placement placement = {
		.name = "initrd",
		.min = INITRD_PLACE_MIN,
		.max = header->initrd_addr_max + 1ull,
		.highest = true,
	};
	struct segment *segment;
	int rc;

	if (!request->initrd)
		return 0;
	placement.size = request->initrd->size;
	rc = image_place(image, &placement, &segment, err);
	if (rc == -ENOSPC && header->xloadflags & XLOADFLAG_ABOVE_4G) {
		if (err)
			error_clear(err);
		placement.max = 0;
		rc = image_place(image, &placement, &segment, err);
	}
	if (rc < 0)
		return rc;
	segment_set_file(segment, request->initrd, 0, request->initrd->size);
	return 0;
}

/* The memory map for the next kernel; for a crash image also what must be placed first. */
static int prepare_memory(const struct load_request *request,
			  const struct setup_header *header, struct image *image,
			  struct error *err)
{
	if (!request->crash) {
		if (memory_map_copy(&request->machine->memory, &image->e820) < 0)
			return error_no_memory(err);
		return 0;
	}
	if (!header->relocatable_kernel)
		return error_set(err, ENOTSUP,
				 "%s is not relocatable (CONFIG_RELOCATABLE) and cannot "
				 "run in the crash kernel region",
				 request->kernel->path);
	return crash_prepare(request, image, err);
}

int bzimage64_load(const struct load_request *request, struct image *image,
		   struct error *err)
{
	struct setup_header header;
	int rc = read_header(request->kernel, &header, err);

	if (rc < 0)
		return rc;
	if (request->machine->cpu.five_level_paging &&
	    !(header.xloadflags & XLOADFLAG_5LEVEL))
		return error_set(
			err, ENOTSUP,
			"%s cannot be started while 5-level paging is on; boot the "
			"running kernel with no5lvl first",
			request->kernel->path);
	rc = prepare_memory(request, &header, image, err);
	if (!rc)
		rc = place_kernel(request, &header, image, err);
	if (!rc)
		rc = place_initrd(request, &header, image, err);
	if (!rc)
		rc = boot_params_build(request, &header, place_limit(&header), image,
				       err);
	return rc;
}
