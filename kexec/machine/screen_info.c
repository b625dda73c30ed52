// SPDX-License-Identifier: GPL-2.0-only
/* The screen_info for the next kernel. */
#include "machine/screen_info.h"

#include <string.h>

#include "util/bytes.h"

bool screen_info_framebuffer(const uint8_t *screen_info,
			     struct screen_framebuffer *framebuffer)
{
	struct bytes bytes = { screen_info, SCREEN_INFO_SIZE };
	struct screen_framebuffer found;
	uint32_t base = 0, base_high = 0, capabilities = 0;
	uint16_t height = 0, line_length = 0;

	if (screen_info[SCREEN_INFO_TYPE] != SCREEN_INFO_TYPE_VESA &&
	    screen_info[SCREEN_INFO_TYPE] != SCREEN_INFO_TYPE_EFI)
		return false;
	bytes_u16(bytes, SCREEN_INFO_HEIGHT, &height);
	bytes_u16(bytes, SCREEN_INFO_LINE_LENGTH, &line_length);
	bytes_u32(bytes, SCREEN_INFO_BASE, &base);
	bytes_u32(bytes, SCREEN_INFO_CAPABILITIES, &capabilities);
	if (capabilities & SCREEN_INFO_CAPABILITY_64_BIT)
		bytes_u32(bytes, SCREEN_INFO_BASE_HIGH, &base_high);
	found.start = (uint64_t)base_high << 32 | base;
	if (!found.start || !height || !line_length ||
	    !add_u64(found.start, (uint64_t)height * line_length, &found.end))
		return false;
	*framebuffer = found;
	return true;
}

static void move(uint64_t start, uint8_t *screen_info)
{
	struct bytes bytes = { screen_info, SCREEN_INFO_SIZE };
	uint32_t capabilities = 0;

	bytes_u32(bytes, SCREEN_INFO_CAPABILITIES, &capabilities);
	capabilities &= ~SCREEN_INFO_CAPABILITY_64_BIT;
	if (start >> 32)
		capabilities |= SCREEN_INFO_CAPABILITY_64_BIT;
	store_u32(screen_info + SCREEN_INFO_BASE, (uint32_t)start);
	store_u32(screen_info + SCREEN_INFO_BASE_HIGH, (uint32_t)(start >> 32));
	store_u32(screen_info + SCREEN_INFO_CAPABILITIES, capabilities);
}

/* All zero, as for a kernel that has only a serial console. */
static void take_away(uint8_t *screen_info)
{
	memset(screen_info, 0, SCREEN_INFO_SIZE);
}

/*
 * screen_info is passed on unchanged, as kexec_file_load does for every display driver.
 * efifb, simplefb and simpledrm leave the firmware's framebuffer as it is, so the next
 * kernel can use it. A native driver (i915, amdgpu, virtio-gpu …) may show other memory,
 * or have switched the display off at the end of the kernel
 * (drm_atomic_helper_shutdown()). But the address usually still belongs to the display,
 * and the only harm is that output stays invisible until the next kernel loads its native
 * driver. Mode, size and colours cannot be corrected from /dev/fb0: a DRM driver
 * describes its own buffer in RAM there, and other drivers repeat screen_info.
 *
 * Only the address can be wrong, after PCI resources were assigned anew. If the driver
 * has followed its device, /proc/iomem shows the new address. If another device is at the
 * old address, a console that writes there would do harm, so the next kernel gets no
 * framebuffer; kexec_file_load does not check this.
 */
void screen_info_hand_over(const struct machine *machine, uint8_t *screen_info)
{
	memcpy(screen_info, machine->boot_params, SCREEN_INFO_SIZE);
	if (machine->framebuffer_gone)
		take_away(screen_info);
	else if (machine->framebuffer_moved_to)
		move(machine->framebuffer_moved_to, screen_info);
}
