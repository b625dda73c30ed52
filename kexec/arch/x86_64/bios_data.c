// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory that a BIOS fills, for kernels that support only a BIOS. Xen reads from the
 * BIOS data area where low memory ends; EFI firmware leaves that area empty. The ACPI
 * root pointer lies in the first KiB of the extended area, at a multiple of 16 (ACPI 6.5,
 * 5.2.5.1).
 */
#include "arch/x86_64/bios_data.h"

#include <errno.h>

#include "util/bytes.h"

/* Fields of the BIOS data area, 16 bits each. */
#define EXTENDED_SEGMENT 0x40eu /* address of the extended area / 16 */
#define BASE_MEMORY	 0x413u /* KiB of memory below the extended area */

/* Offset in the extended area, whose first byte is its size in KiB. */
#define ROOT_POINTER 0x10u

static int place_extended(struct image *image, uint64_t *start, struct error *err)
{
	struct placement placement = {
		.name = "BIOS memory",
		.size = PAGE_BYTES,
		.highest = true,
		.low = true,
	};
	struct segment *segment;
	uint8_t *data;
	int rc = image_place(image, &placement, &segment, err);

	if (rc < 0)
		return rc;
	data = segment_allocate(segment, PAGE_BYTES);
	if (!data)
		return error_no_memory(err);
	segment->reserved = true;
	data[0] = PAGE_BYTES >> 10;
	image->rsdp.bios_memory = segment->start + ROOT_POINTER;
	*start = segment->start;
	return 0;
}

int bios_data_place(const struct load_request *request, struct image *image,
		    struct error *err)
{
	const struct machine *machine = request->machine;
	struct segment *segment = NULL;
	uint64_t extended = 0;
	uint8_t *data;
	int rc;

	if (!machine_lacks_bios(machine) || request->crash ||
	    !memory_map_is_type(&machine->memory, 0, PAGE_BYTES, MEMORY_RAM))
		return 0;
	rc = place_extended(image, &extended, err);
	if (!rc)
		rc = image_place_first_page(image, "BIOS data", &segment, err);
	if (rc < 0)
		return rc;
	data = segment_allocate(segment, PAGE_BYTES);
	if (!data)
		return error_no_memory(err);
	store_u16(data + EXTENDED_SEGMENT, (uint16_t)(extended >> 4));
	store_u16(data + BASE_MEMORY, (uint16_t)(extended >> 10));
	return 0;
}
