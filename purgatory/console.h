/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Short messages on those of three devices that the loader asks for: serial port, VGA
 * text, framebuffer. Callers print a message part by part; format strings are not
 * supported.
 */
#ifndef PURGATORY_CONSOLE_H
#define PURGATORY_CONSOLE_H

#include <stdint.h>

#include "framebuffer.h"
#include "physical_memory.h"
#include "purgatory_params.h"

struct console {
	uint32_t flags; /* CONSOLE_*; a device that does not answer loses its flag */
	uint16_t serial_port;
	uint16_t column; /* on VGA, 0 to 79 */
	struct framebuffer framebuffer;
};

/*
 * Sets up serial port and VGA text if the loader asks for them, and does not touch other
 * devices.
 */
void console_open(struct console *console, const struct purgatory_console *wanted);

/* Like console_open, for early exceptions: does not set up the devices again. */
void console_reopen(struct console *console, const struct purgatory_console *wanted);

/*
 * Adds the framebuffer, whose pages must be mapped. Returns false, and changes nothing,
 * if it is impossible.
 */
bool console_add_framebuffer(struct console *console,
			     const struct physical_memory *memory,
			     const struct purgatory_framebuffer *from);

/* Prints printable ASCII; '\n' ends a line. */
void console_text(struct console *console, const char *text);

/* Prints 0x and lower-case hexadecimal digits without leading zeros. */
void console_hex(struct console *console, uint64_t value);

/* Prints a number in decimal. */
void console_decimal(struct console *console, uint64_t value);

/* Prints " [0x…, 0x…) ", the form of ranges in all messages. */
void console_range(struct console *console, uint64_t start, uint64_t end);

/* Prints the end of a last message: ", resetting the machine", and when. */
void console_resetting(struct console *console, const struct purgatory_wait *wait);

#endif
