/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VGA text screen of 80 x 25 characters at physical address 0xb8000. The kernel maps
 * the first MiB into every identity map, so purgatory can always access it.
 */
#ifndef PURGATORY_VGA_H
#define PURGATORY_VGA_H

#include <stdint.h>

#define VGA_COLUMNS 80u
#define VGA_ROWS    25u

/*
 * Programs text mode 3 into the registers of a standard VGA and clears the screen. The
 * font in plane 2 is the one of the last text mode. After a boot in graphics mode it may
 * be missing, and letters are not readable then.
 */
void vga_reset(void);

/* Moves all rows up by one and clears the last. */
void vga_scroll(void);

/* Puts a character (printable ASCII) into the last row; column: 0 to VGA_COLUMNS - 1. */
void vga_put(unsigned int column, char character);

#endif
