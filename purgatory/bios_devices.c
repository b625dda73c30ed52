// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux leaves the two 8259A masked, with vectors of its own, and the timer stopped. Real
 * mode code calls the BIOS with interrupts on (Linux' own does so right after setting up
 * its stack), and some services wait for a key or a clock tick. Each interrupt, spurious
 * ones included, must arrive at the vector where the BIOS put its handler.
 *
 * Only clock and keyboard are unmasked. All other devices are in the state that Linux'
 * drivers left them in, which the BIOS' handlers cannot deal with.
 */
#include "bios_devices.h"

#include "cpu.h"

/* Intel 8259A data sheet, "Initialization Command Words"; IBM PC AT. */
#define FIRST_COMMAND	0x20
#define FIRST_DATA	0x21
#define SECOND_COMMAND	0xa0
#define SECOND_DATA	0xa1
#define ICW1_WITH_ICW4	0x11 /* edge triggered, cascaded */
#define ICW4_8086	0x01 /* no automatic end of interrupt */
#define FIRST_VECTOR	0x08
#define SECOND_VECTOR	0x70
#define SECOND_AT_FIRST 0x04 /* on its input 2, as a bit */
#define SECOND_IDENTITY 0x02 /* input 2 as a number */
#define FIRST_MASKED	0xf8 /* all but timer, keyboard and the second controller */
#define SECOND_MASKED	0xff

/* Intel 8254 data sheet, "Control Word Format". */
#define TIMER_CONTROL	0x43
#define TIMER_CHANNEL_0 0x40
#define TIMER_SQUARE	0x36 /* channel 0, two bytes, mode 3 */

/* A write to the port for POST codes takes 1 µs, which old controllers need. */
#define DELAY_PORT 0x80

static void write_slowly(uint16_t port, uint8_t value)
{
	port_write(port, value);
	port_write(DELAY_PORT, 0);
}

static void controller_restore(uint16_t command, uint16_t data, uint8_t vector,
			       uint8_t cascade, uint8_t masked)
{
	write_slowly(command, ICW1_WITH_ICW4);
	write_slowly(data, vector);
	write_slowly(data, cascade);
	write_slowly(data, ICW4_8086);
	write_slowly(data, masked);
}

void bios_devices_restore(void)
{
	controller_restore(FIRST_COMMAND, FIRST_DATA, FIRST_VECTOR, SECOND_AT_FIRST,
			   FIRST_MASKED);
	controller_restore(SECOND_COMMAND, SECOND_DATA, SECOND_VECTOR, SECOND_IDENTITY,
			   SECOND_MASKED);
	/* 0 means 65536, which makes 18.2 ticks per second. */
	write_slowly(TIMER_CONTROL, TIMER_SQUARE);
	write_slowly(TIMER_CHANNEL_0, 0);
	write_slowly(TIMER_CHANNEL_0, 0);
}
