// SPDX-License-Identifier: GPL-2.0-only
/* Kernels of the Multiboot specification 2.0, such as Xen: header, place, information. */
#include "arch/x86_64/multiboot2.h"

#include <errno.h>

#include "arch/x86_64/multiboot.h"
#include "arch/x86_64/multiboot2_header.h"
#include "arch/x86_64/multiboot2_tags.h"
#include "util/bytes.h"

static int read_kernel(const struct kernel_file *kernel, struct multiboot2_header *header,
		       struct multiboot_kernel *found, struct error *err)
{
	int rc = multiboot2_read_header(kernel, header, err);

	if (rc < 0)
		return rc;
	if (header->addresses.given && !header->has_entry)
		return error_set(err, EBADMSG,
				 "%s: its multiboot2 header says where it is loaded, but "
				 "not where it is entered",
				 kernel->path);
	rc = multiboot_read_kernel(kernel, header->offset, &header->addresses, found,
				   err);
	if (!rc && header->has_entry)
		found->entry = header->entry;
	return rc;
}

int multiboot2_probe(const struct kernel_file *kernel, struct error *err)
{
	struct multiboot2_header header;
	struct multiboot_kernel found;

	return read_kernel(kernel, &header, &found, err);
}

/* Adds the distance to all addresses; downwards it wraps, with the right result. */
static void move(struct multiboot_kernel *kernel, uint64_t distance)
{
	size_t i;

	for (i = 0; i < kernel->range_count; i++) {
		kernel->ranges[i].start += distance;
		kernel->ranges[i].end += distance;
	}
	kernel->entry += distance;
}

/*
 * 3.1.12, "Relocatable header tag": the image begins within the tag's range and at its
 * alignment, and ends within the range.
 */
static int relocate(const struct load_request *request,
		    const struct multiboot2_header *header,
		    struct multiboot_kernel *kernel, const struct image *image,
		    struct error *err)
{
	struct memory_hole_request hole = {
		.alignment = header->alignment > PAGE_BYTES ? header->alignment
							    : PAGE_BYTES,
		.min = header->min,
		.max = header->max + 1ull,
		.highest = header->preference == MULTIBOOT2_PREFER_HIGHEST &&
			   !image->space.low_only,
	};
	uint64_t start, end, place;

	if (!header->relocatable)
		return 0;
	fixed_ranges_extent(kernel->ranges, kernel->range_count, &start, &end);
	hole.size = align_up(end - start, PAGE_BYTES);
	if (memory_map_find_hole(&image->space.free, MEMORY_RAM, &hole, &place) < 0)
		return error_set(
			err, ENOSPC,
			"no free memory for the kernel %s: %#llx bytes, aligned to "
			"%#llx, between %#x and %#x, as its header wants",
			request->kernel->path, (unsigned long long)hole.size,
			(unsigned long long)hole.alignment, header->min, header->max);
	move(kernel, place - start);
	return 0;
}

int multiboot2_load(const struct load_request *request, struct image *image,
		    struct error *err)
{
	struct multiboot2_header header;
	struct multiboot_kernel kernel;
	int rc = read_kernel(request->kernel, &header, &kernel, err);

	if (!rc && header.needs_framebuffer &&
	    !multiboot2_has_framebuffer(request->machine))
		rc = error_set(err, ENOTSUP,
			       "%s needs a framebuffer, and the running kernel was "
			       "started without one",
			       request->kernel->path);
	if (!rc)
		rc = multiboot_prepare(request, image, err);
	if (!rc)
		rc = relocate(request, &header, &kernel, image, err);
	if (rc < 0)
		return rc;
	return multiboot_place(request, &kernel, multiboot2_write_info, MULTIBOOT2_IN_EAX,
			       image, err);
}
