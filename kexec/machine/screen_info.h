/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct screen_info at the front of boot_params (zero-page.rst, 0x000; Linux
 * include/uapi/linux/screen_info.h): the text screen or the framebuffer that whoever
 * started the machine has set up.
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
 * The framebuffer that a screen_info, of SCREEN_INFO_SIZE bytes, describes. False if it
 * describes none, or one that no driver would take.
 */
bool screen_info_framebuffer(const uint8_t *screen_info,
			     struct screen_framebuffer *framebuffer);

/*
 * The screen_info for the next kernel, SCREEN_INFO_SIZE bytes: that of the running
 * kernel's boot_params, with the framebuffer where it lies now, or without it where it is
 * gone. machine->has_boot_params must be true.
 */
void screen_info_hand_over(const struct machine *machine, uint8_t *screen_info);

#endif
