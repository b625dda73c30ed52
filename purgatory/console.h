/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Short messages on a serial port, on VGA text, on both or, unless asked for, on neither.
 * There is no format string: a message is put together from its parts.
 */
#ifndef PURGATORY_CONSOLE_H
#define PURGATORY_CONSOLE_H

#include <stdint.h>

#include "purgatory_params.h"

struct console {
	uint32_t flags; /* CONSOLE_*; a device that does not answer loses its flag */
	uint16_t serial_port;
	uint16_t column; /* on VGA, 0 to 79 */
};

/* Sets the devices up as the loader asks. Touches none that is not asked for. */
void console_open(struct console *console, const struct purgatory_console *wanted);

/* The same without touching any device: for a message when all else has failed. */
void console_reopen(struct console *console, const struct purgatory_console *wanted);

/* Printable ASCII; '\n' ends a line. */
void console_text(struct console *console, const char *text);

/* 0x and lower-case hexadecimal digits, no leading zeros. */
void console_hex(struct console *console, uint64_t value);

/* Prints a number in decimal. */
void console_decimal(struct console *console, uint64_t value);

/* " [0x…, 0x…) ", the way every message names a range. */
void console_range(struct console *console, uint64_t start, uint64_t end);

#endif
