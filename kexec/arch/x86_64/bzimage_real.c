// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bzImage, entered in real mode (boot.rst, "Running the Kernel"): which parts are
 * placed in which order, and the real-mode part with its header.
 */
#include "arch/x86_64/bzimage_real.h"

#include <errno.h>

#include "abi/boot_protocol.h"
#include "arch/x86_64/linux_image.h"
#include "arch/x86_64/setup_header.h"
#include "util/sizes.h"

/*
 * boot.rst, "Sample Boot Configuration", in bytes from the start of the segment: first
 * the file's real-mode part, then stack and heap, and from HEAP_END on the command line,
 * which may end behind the 64 KiB.
 */
#define SETUP_SIZE_MAX 0x8000u
#define HEAP_END       0xe000u

/* boot.rst, "Memory Layout": the segment lies above 64 KiB, in low memory. */
#define PLACE_MIN 0x10000u

/* boot.rst: heap_end_ptr is the end of the heap less this. */
#define HEAP_END_MARGIN 0x200u

/* boot.rst, "Running the Kernel": the entry, in paragraphs of 16 bytes from the start. */
#define ENTRY_PARAGRAPHS 0x20u

/* Offset in the file behind the last field that fill_header writes (protocol 2.02). */
#define WRITTEN_END 0x22cu

static int require_real_mode(const struct load_request *request,
			     const struct setup_header *header, struct error *err)
{
	const char *path = request->kernel->path;

	if (request->options->crash)
		return error_set(err, ENOTSUP,
				 "--real-mode: a crash kernel cannot be started in real "
				 "mode, since nothing is reserved below 1 MiB; leave "
				 "the option out");
	if (request->machine->efi.booted)
		return error_set(err, ENOTSUP,
				 "--real-mode: this machine was booted through EFI and "
				 "has no BIOS services, which the real-mode code of %s "
				 "calls; leave the option out, or use --entry-32bit",
				 path);
	if (setup_header_setup_size(header) > SETUP_SIZE_MAX)
		return error_set(err, EBADMSG,
				 "%s: its real-mode part has %llu bytes, %u are possible",
				 path,
				 (unsigned long long)setup_header_setup_size(header),
				 SETUP_SIZE_MAX);
	return 0;
}

static void fill_header(const struct image *image, const struct segment *kernel,
			const struct segment *part, struct setup_header *header)
{
	const struct segment *initrd = image_find_segment(image, "initrd");

	header->type_of_loader = LOADER_TYPE_KEXEC;
	header->ext_loader_type = 0;
	header->ext_loader_ver = 0;
	header->loadflags |= LOADFLAG_CAN_USE_HEAP;
	header->heap_end_ptr = HEAP_END - HEAP_END_MARGIN;
	header->cmd_line_ptr = (uint32_t)part->start + HEAP_END;
	/* Without a hook the field holds the kernel's address. */
	header->code32_start = (uint32_t)kernel->start;
	header->ramdisk_image = initrd ? (uint32_t)initrd->start : 0;
	header->ramdisk_size = initrd ? (uint32_t)initrd->data_size : 0;
}

static int fill_part(const struct load_request *request,
		     const struct setup_header *header, const struct image *image,
		     const struct segment *kernel, struct segment *part,
		     struct error *err)
{
	size_t length = strlen(image->command_line);
	uint8_t *data = segment_allocate(part, HEAP_END + length + 1);
	struct setup_header own;
	int rc;

	if (!data)
		return error_no_memory(err);
	rc = kernel_file_read(request->kernel, 0, data, setup_header_setup_size(header),
			      err);
	if (rc < 0)
		return rc;
	/* The real-mode part has two sectors at least, so the header is within. */
	memcpy(&own, data + SETUP_HEADER_OFFSET, sizeof(own));
	fill_header(image, kernel, part, &own);
	memcpy(data + SETUP_HEADER_OFFSET, &own, WRITTEN_END - SETUP_HEADER_OFFSET);
	memcpy(data + HEAP_END, image->command_line, length + 1);
	return 0;
}

static int place_part(const struct load_request *request,
		      const struct setup_header *header, const struct segment *kernel,
		      struct image *image, struct error *err)
{
	struct placement placement = {
		.name = "real-mode part",
		.size = HEAP_END + strlen(image->command_line) + 1,
		.min = PLACE_MIN,
		.low = true,
	};
	struct segment *part;
	int rc = image_place(image, &placement, &part, err);

	if (rc < 0)
		return rc;
	image->registers.ip = 0;
	image->registers.sp = HEAP_END;
	image->registers.data_segment = (uint16_t)(part->start >> 4);
	image->registers.code_segment =
		(uint16_t)(image->registers.data_segment + ENTRY_PARAGRAPHS);
	return fill_part(request, header, image, kernel, part, err);
}

int bzimage_real_load(const struct load_request *request, struct image *image,
		      struct error *err)
{
	struct setup_header header;
	struct segment *kernel;
	int rc = setup_header_read(request->kernel, &header, err);

	if (!rc)
		rc = require_real_mode(request, &header, err);
	if (rc < 0)
		return rc;
	if (request->dtb)
		image_warn(image, "--dtb is not handed over: a kernel entered in real "
				  "mode makes its boot parameters itself");
	rc = linux_place_kernel(request, &header, 4 * GIB, image, &kernel, err);
	if (!rc)
		rc = linux_place_initrd(request, &header, image, err);
	if (!rc)
		rc = linux_build_command_line(request, &header, image, err);
	if (!rc)
		rc = place_part(request, &header, kernel, image, err);
	return rc;
}
