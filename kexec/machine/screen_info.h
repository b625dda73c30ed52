/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct screen_info at the front of boot_params (zero-page.rst, 0x000; Linux
 * include/uapi/linux/screen_info.h): the text screen or the framebuffer that
 * firmware or boot loader have set up.
 */
#ifndef KEXEC_SCREEN_INFO_H
#define KEXEC_SCREEN_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/boot_protocol.h"
#include "machine/machine.h"

/* [start, end) physical: the lines of the framebuffer. */
struct screen_framebuffer {
	uint64_t start;
	uint64_t end;
};

/*
 * Finds the framebuffer that a screen_info, of SCREEN_INFO_SIZE bytes, describes. Returns
 * false if it describes none, or an invalid one.
 */
bool screen_info_framebuffer(const uint8_t *screen_info,
			     struct screen_framebuffer *framebuffer);

/*
 * Writes the screen_info for the next kernel, SCREEN_INFO_SIZE bytes: that of the running
 * kernel's boot_params, with the framebuffer's present address, or all zero if the
 * framebuffer is gone. machine->has_boot_params must be true.
 */
void screen_info_hand_over(const struct machine *machine, uint8_t *screen_info);

#endif
