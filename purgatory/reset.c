// SPDX-License-Identifier: GPL-2.0-only
#include "reset.h"

#include "cpu.h"

/* 8042 keyboard controller: command 0xfe pulses the CPU's reset line. */
#define KEYBOARD_STATUS	    0x64
#define KEYBOARD_COMMAND    0x64
#define KEYBOARD_INPUT_FULL 0x02
#define KEYBOARD_RESET	    0xfe

/* Reset control register of Intel chipsets since the PIIX3, which others copied. */
#define RESET_CONTROL	    0xcf9
#define RESET_CONTROL_HARD  0x02
#define RESET_CONTROL_START 0x04

/* A port that takes about 1 µs to write and does nothing but show POST codes. */
#define DELAY_PORT 0x80

static void delay(unsigned int microseconds)
{
	while (microseconds--)
		port_write(DELAY_PORT, 0);
}

void reset_by_triple_fault(void)
{
	/* One byte is too short for any gate. */
	load_idt((const void *)0, 1);
	for (;;) {
		breakpoint();
		halt();
	}
}

void reset_machine(void)
{
	unsigned int patience = 100000;

	while ((port_read(KEYBOARD_STATUS) & KEYBOARD_INPUT_FULL) && --patience)
		;
	port_write(KEYBOARD_COMMAND, KEYBOARD_RESET);
	delay(50000);

	port_write(RESET_CONTROL, RESET_CONTROL_HARD);
	delay(50);
	port_write(RESET_CONTROL, RESET_CONTROL_HARD | RESET_CONTROL_START);
	delay(50000);

	reset_by_triple_fault();
}
