// SPDX-License-Identifier: GPL-2.0-only
#include "console.h"

#include <string.h>

#include "cpu.h"
#include "vga.h"

/* 16550 UART registers, as offsets from its I/O port base, and their bits. */
#define UART_DATA	      0
#define UART_DIVISOR_LOW      0
#define UART_DIVISOR_HIGH     1
#define UART_INTERRUPT_ENABLE 1
#define UART_FIFO_CONTROL     2
#define UART_LINE_CONTROL     3
#define UART_MODEM_CONTROL    4
#define UART_LINE_STATUS      5
#define FIFO_ENABLE_AND_CLEAR 0x07
#define LINE_8N1	      0x03
#define LINE_DIVISOR_ACCESS   0x80
#define MODEM_DTR_RTS	      0x03
#define STATUS_HOLDING_EMPTY  0x20

/*
 * A read of the line status takes about 1 µs, and a character at 9600 baud takes 1 ms. A
 * port that has not sent it after this many reads does not work.
 */
#define SERIAL_PATIENCE 100000

static void serial_open(uint16_t port, uint16_t divisor)
{
	if (!divisor)
		return;
	port_write(port + UART_INTERRUPT_ENABLE, 0);
	port_write(port + UART_LINE_CONTROL, LINE_8N1 | LINE_DIVISOR_ACCESS);
	port_write(port + UART_DIVISOR_LOW, divisor & 0xff);
	port_write(port + UART_DIVISOR_HIGH, divisor >> 8);
	port_write(port + UART_LINE_CONTROL, LINE_8N1);
	port_write(port + UART_FIFO_CONTROL, FIFO_ENABLE_AND_CLEAR);
	port_write(port + UART_MODEM_CONTROL, MODEM_DTR_RTS);
}

static void serial_character(struct console *console, char character)
{
	unsigned int patience = SERIAL_PATIENCE;

	while (!(port_read(console->serial_port + UART_LINE_STATUS) &
		 STATUS_HOLDING_EMPTY)) {
		if (!--patience) {
			console->flags &= ~CONSOLE_SERIAL;
			return;
		}
	}
	port_write(console->serial_port + UART_DATA, (uint8_t)character);
}

/* Always writes to the last row, so only the column has to be stored. */
static void vga_character(struct console *console, char character)
{
	if (character == '\n' || console->column == VGA_COLUMNS) {
		vga_scroll();
		console->column = 0;
	}
	if (character != '\n')
		vga_put(console->column++, character);
}

static void put(struct console *console, char character)
{
	if (console->flags & CONSOLE_SERIAL) {
		if (character == '\n')
			serial_character(console, '\r');
		serial_character(console, character);
	}
	if (console->flags & CONSOLE_VGA)
		vga_character(console, character);
	if (console->flags & CONSOLE_FRAMEBUFFER)
		framebuffer_put(&console->framebuffer, character);
}

void console_reopen(struct console *console, const struct purgatory_console *wanted)
{
	console->flags = wanted->flags & ~CONSOLE_FRAMEBUFFER;
	console->serial_port = wanted->serial_port;
	console->column = 0;
}

void console_open(struct console *console, const struct purgatory_console *wanted)
{
	console_reopen(console, wanted);
	if (console->flags & CONSOLE_SERIAL)
		serial_open(console->serial_port, wanted->serial_divisor);
	if (console->flags & CONSOLE_RESET_VGA)
		vga_reset();
	if (console->flags & CONSOLE_VGA)
		vga_scroll();
}

bool console_add_framebuffer(struct console *console,
			     const struct physical_memory *memory,
			     const struct purgatory_framebuffer *from)
{
	if (!framebuffer_open(&console->framebuffer, memory, from))
		return false;
	console->flags |= CONSOLE_FRAMEBUFFER;
	return true;
}

void console_text(struct console *console, const char *text)
{
	for (; *text; text++)
		put(console, *text);
}

/* base: 10 or 16. */
static void console_number(struct console *console, uint64_t value, unsigned int base)
{
	char digits[21];
	char *first = digits + sizeof(digits) - 1;

	*first = '\0';
	do {
		*--first = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	console_text(console, first);
}

void console_hex(struct console *console, uint64_t value)
{
	console_text(console, "0x");
	console_number(console, value, 16);
}

void console_decimal(struct console *console, uint64_t value)
{
	console_number(console, value, 10);
}

void console_range(struct console *console, uint64_t start, uint64_t end)
{
	console_text(console, " [");
	console_hex(console, start);
	console_text(console, ", ");
	console_hex(console, end);
	console_text(console, ") ");
}

void console_resetting(struct console *console, const struct purgatory_wait *wait)
{
	console_text(console, ", resetting the machine");
	if (wait->seconds) {
		console_text(console, " in ");
		console_decimal(console, wait->seconds);
		console_text(console, wait->seconds == 1 ? " second" : " seconds");
	}
	console_text(console, "\n");
}
