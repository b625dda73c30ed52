// SPDX-License-Identifier: GPL-2.0-only
/* The screen that the next kernel finds. */
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

/* The values that a kernel with a serial console only is given: no video. */
static void take_away(uint8_t *screen_info)
{
	memset(screen_info, 0, SCREEN_INFO_SIZE);
}

/*
 * kexec_file_load hands screen_info on as it is, no matter which driver the display has, and so do we,
 * byte for byte: efifb, simplefb and simpledrm use the firmware's framebuffer unchanged,
 * which is what the next kernel's will find. A native driver (i915, amdgpu, virtio-gpu …)
 * may show other memory by then, or have switched the display off when the kernel ended
 * (drm_atomic_helper_shutdown()), but the address mostly stays the display's own, and until
 * the next kernel loads its native driver nothing worse happens than that nobody sees
 * what is written there. Mode, size and order of colours cannot be corrected from
 * /dev/fb0: what a DRM driver tells there is its own buffer in RAM, and the others tell
 * what stands here.
 *
 * Only the place can be wrong, when resources of PCI devices have been assigned anew. Where
 * the driver has followed its device, /proc/iomem shows the new place. Where another
 * device is there now, a kernel that writes its console to it would do harm, so it gets no
 * framebuffer; kexec_file_load does not look.
 */
void screen_info_hand_over(const struct machine *machine, uint8_t *screen_info)
{
	memcpy(screen_info, machine->boot_params, SCREEN_INFO_SIZE);
	if (machine->framebuffer_gone)
		take_away(screen_info);
	else if (machine->framebuffer_moved_to)
		move(machine->framebuffer_moved_to, screen_info);
}
