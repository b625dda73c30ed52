/* SPDX-License-Identifier: GPL-2.0-only */
/* --console-framebuffer: can purgatory write text into the firmware's framebuffer? */
#ifndef KEXEC_ARCH_X86_64_FRAMEBUFFER_CONSOLE_H
#define KEXEC_ARCH_X86_64_FRAMEBUFFER_CONSOLE_H

#include "image/image.h"
#include "machine/machine.h"

/*
 * Sets *framebuffer to what the running kernel's boot_params describe, at its present
 * address. Returns -ENODEV if purgatory could not write there, or if nobody would see it;
 * the message begins with the option and says why.
 */
__must_check int framebuffer_console_find(const struct machine *machine,
					  struct image_framebuffer *framebuffer,
					  struct error *err);

#endif
