// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decides from screen_info (Linux include/uapi/linux/screen_info.h) and from the machine
 * whether there is a framebuffer that purgatory can write to and that is shown.
 */
#include "arch/x86_64/framebuffer_console.h"

#include <errno.h>
#include <inttypes.h>

#include "abi/boot_protocol.h"
#include "arch/x86_64/purgatory_record.h"
#include "purgatory/purgatory_params.h"
#include "util/bytes.h"

#define BITS_PER_COLOUR 8u

/* Addresses that equal virtual ones, with four and with five levels of page tables. */
#define FOUR_LEVEL_END (1ull << 47)
#define FIVE_LEVEL_END (1ull << 52)

/* Of red, green and blue in a text's colour, which tells it from the kernels' grey. */
static const uint8_t amber[] = { 0xff, 0xb0, 0x00 };

#define REFUSE(err, format, ...)                                                         \
	error_set(err, ENODEV, "--console-framebuffer: " format "; use another console", \
		  ##__VA_ARGS__)

/* Fields of screen_info, unchecked. */
struct screen {
	uint16_t width, height, depth, line_bytes;
	uint64_t base, size;
};

static void read_screen(const struct machine *machine, struct screen *screen)
{
	struct bytes bytes = { machine->boot_params, SCREEN_INFO_SIZE };
	uint32_t base = 0, high = 0, capabilities = 0, size = 0;

	*screen = (struct screen){ 0 };
	bytes_u16(bytes, SCREEN_INFO_WIDTH, &screen->width);
	bytes_u16(bytes, SCREEN_INFO_HEIGHT, &screen->height);
	bytes_u16(bytes, SCREEN_INFO_DEPTH, &screen->depth);
	bytes_u16(bytes, SCREEN_INFO_LINE_LENGTH, &screen->line_bytes);
	bytes_u32(bytes, SCREEN_INFO_BASE, &base);
	bytes_u32(bytes, SCREEN_INFO_MEMORY, &size);
	bytes_u32(bytes, SCREEN_INFO_CAPABILITIES, &capabilities);
	if (capabilities & SCREEN_INFO_CAPABILITY_64_BIT)
		bytes_u32(bytes, SCREEN_INFO_BASE_HIGH, &high);
	screen->base = machine->framebuffer_moved_to ? machine->framebuffer_moved_to
						     : base | (uint64_t)high << 32;
	/* VESA counts units of 64 KiB, EFI bytes. */
	screen->size = machine->boot_params[SCREEN_INFO_TYPE] == SCREEN_INFO_TYPE_VESA
			       ? (uint64_t)size << 16
			       : size;
}

/* Is there a framebuffer, and does the display still show it? */
static int require_shown(const struct machine *machine, struct error *err)
{
	uint8_t type = machine->boot_params[SCREEN_INFO_TYPE];

	if (machine->xen_role == XEN_ROLE_DOM0)
		return REFUSE(err, "a Xen hypervisor does not map the framebuffer for "
				   "purgatory");
	if (!machine->has_boot_params)
		return REFUSE(err, "/sys/kernel/boot_params/data of the running kernel "
				   "cannot be read");
	if (type != SCREEN_INFO_TYPE_EFI && type != SCREEN_INFO_TYPE_VESA)
		return REFUSE(err,
			      "the running kernel was started without a framebuffer, in "
			      "text mode or without a screen (video type 0x%x)",
			      type);
	if (machine->framebuffer_gone)
		return REFUSE(err, "the framebuffer that the running kernel was started "
				   "with is gone");
	if (machine->framebuffer_driver)
		return REFUSE(err,
			      "the display belongs to the driver %s, which shows another "
			      "framebuffer than the firmware's",
			      machine->framebuffer_driver);
	if (!machine->framebuffer_present)
		return REFUSE(err, "/proc/iomem shows neither a driver of the firmware's "
				   "framebuffer nor a display at its address");
	return 0;
}

/* The pixel value of text. Each colour must fill one byte of its own. */
static int find_colour(const struct machine *machine, uint16_t depth, uint32_t *colour,
		       struct error *err)
{
	const uint8_t *colours = machine->boot_params + SCREEN_INFO_COLOURS;
	uint32_t found = 0, used = 0;
	size_t i;

	for (i = 0; i < sizeof(amber); i++) {
		uint8_t bits = colours[2 * i], at = colours[2 * i + 1];

		if (bits != BITS_PER_COLOUR || at % BITS_PER_COLOUR ||
		    at + bits > depth || used & 0xffu << at)
			return REFUSE(err,
				      "red, green and blue of its pixels have %u, %u and "
				      "%u bits at bits %u, %u and %u; only 8 bits each, "
				      "in bytes of their own, are supported",
				      colours[0], colours[2], colours[4], colours[1],
				      colours[3], colours[5]);
		used |= 0xffu << at;
		found |= (uint32_t)amber[i] << at;
	}
	*colour = found;
	return 0;
}

static int require_format(const struct screen *screen, struct error *err)
{
	uint64_t bytes = (uint64_t)screen->line_bytes * screen->height;

	if (screen->depth != 24 && screen->depth != 32)
		return REFUSE(err,
			      "the framebuffer has %u bits per pixel; 24 and 32 are "
			      "supported",
			      screen->depth);
	if (!screen->base || !bytes || !screen->width ||
	    (uint32_t)screen->width * (screen->depth / 8) > screen->line_bytes ||
	    bytes > screen->size ||
	    (screen->depth == 32 && (screen->base | screen->line_bytes) & 3))
		return REFUSE(err,
			      "its numbers contradict each other: %u x %u pixels of %u "
			      "bits in lines of %u bytes, at 0x%" PRIx64 ", 0x%" PRIx64
			      " bytes in all",
			      screen->width, screen->height, screen->depth,
			      screen->line_bytes, screen->base, screen->size);
	return 0;
}

static int require_address(const struct machine *machine, uint64_t start, uint64_t bytes,
			   struct error *err)
{
	uint64_t limit = machine->cpu.five_level_paging ? FIVE_LEVEL_END : FOUR_LEVEL_END;
	uint64_t end;

	if (limit > 1ull << machine->cpu.physical_bits)
		limit = 1ull << machine->cpu.physical_bits;
	if (!add_u64(start, bytes, &end) || end > limit)
		return REFUSE(err,
			      "0x%" PRIx64 " bytes at 0x%" PRIx64 " end above 0x%" PRIx64
			      ", where nothing can be mapped",
			      bytes, start, limit);
	/* Verification comes later, so a wrong address must not be one of data. */
	if (memory_map_has_type(&machine->memory, start, end, MEMORY_RAM))
		return REFUSE(err, "the address 0x%" PRIx64 " belongs to RAM", start);
	return 0;
}

int framebuffer_console_find(const struct machine *machine,
			     struct image_framebuffer *framebuffer, struct error *err)
{
	uint32_t colour = 0;
	struct screen screen;
	uint64_t bytes;
	int rc = require_shown(machine, err);

	if (rc < 0)
		return rc;
	if (purgatory_is_trapped(machine))
		return REFUSE(err, "the memory of this confidential guest is encrypted, "
				   "and its screen cannot be written to");
	read_screen(machine, &screen);
	rc = require_format(&screen, err);
	if (!rc)
		rc = find_colour(machine, screen.depth, &colour, err);
	bytes = (uint64_t)screen.line_bytes * screen.height;
	if (!rc)
		rc = require_address(machine, screen.base, bytes, err);
	if (rc < 0)
		return rc;
	if (bytes > FRAMEBUFFER_BYTES_MAX)
		screen.height = (uint16_t)(FRAMEBUFFER_BYTES_MAX / screen.line_bytes);
	*framebuffer = (struct image_framebuffer){
		.start = screen.base,
		.width = screen.width,
		.height = screen.height,
		.line_bytes = screen.line_bytes,
		.pixel_bytes = screen.depth / 8u,
		.colour = colour,
	};
	return 0;
}
