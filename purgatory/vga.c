// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers: IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem". The
 * values are those of BIOS mode 3 with 400 lines (720 x 400, cells of 9 x 16).
 */
#include "vga.h"

#include "cpu.h"

#define VGA_TEXT		  0xb8000ull
#define VGA_ATTRIBUTE		  0x0700u /* light grey on black */
#define VGA_BLANK		  (VGA_ATTRIBUTE | ' ')

#define VGA_MISCELLANEOUS_WRITE	  0x3c2
#define VGA_SEQUENCER		  0x3c4
#define VGA_DAC_MASK		  0x3c6
#define VGA_DAC_WRITE_INDEX	  0x3c8
#define VGA_DAC_DATA		  0x3c9
#define VGA_GRAPHICS		  0x3ce
#define VGA_CRTC		  0x3d4
#define VGA_STATUS		  0x3da /* a read makes the next 0x3c0 write an index */
#define VGA_ATTRIBUTES		  0x3c0

#define CRTC_VERTICAL_RETRACE_END 0x11
#define CRTC_PROTECT		  0x80 /* of registers 0 to 7 */
#define ATTRIBUTES_SCREEN_ON	  0x20

static const uint8_t sequencer_values[] = { 0x03, 0x00, 0x03, 0x00, 0x02 };

static const uint8_t crtc_values[] = {
	0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00,
	0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
};

static const uint8_t graphics_values[] = {
	0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff,
};

static const uint8_t attribute_values[] = {
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3a,
	0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08, 0x00,
};

static volatile uint16_t *cell(unsigned int row, unsigned int column)
{
	return (volatile uint16_t *)VGA_TEXT + row * VGA_COLUMNS + column;
}

/* An index register at port, the data register behind it. */
static void write_indexed(uint16_t port, uint8_t index, uint8_t value)
{
	port_write(port, index);
	port_write(port + 1, value);
}

static void set_crtc(void)
{
	/* Register 17 write-protects the first eight, so it is written first. */
	write_indexed(VGA_CRTC, CRTC_VERTICAL_RETRACE_END,
		      crtc_values[CRTC_VERTICAL_RETRACE_END] & ~CRTC_PROTECT);
	for (unsigned int i = 0; i < sizeof(crtc_values); i++)
		write_indexed(VGA_CRTC, i, crtc_values[i]);
}

static void set_attributes(void)
{
	/* Index and value go to the same port in turns. */
	port_read(VGA_STATUS);
	for (unsigned int i = 0; i < sizeof(attribute_values); i++) {
		port_write(VGA_ATTRIBUTES, i);
		port_write(VGA_ATTRIBUTES, attribute_values[i]);
	}
	port_write(VGA_ATTRIBUTES, ATTRIBUTES_SCREEN_ON);
}

/*
 * The 64 colours that the attribute values above choose from. Bits 0 to 2 of a colour's
 * number are blue, green and red at two thirds, bits 3 to 5 the same at one third.
 */
static void set_palette(void)
{
	port_write(VGA_DAC_MASK, 0xff);
	port_write(VGA_DAC_WRITE_INDEX, 0);
	for (unsigned int colour = 0; colour < 64; colour++)
		for (int part = 2; part >= 0; part--)
			port_write(VGA_DAC_DATA, (colour >> part & 1) * 42 +
							 (colour >> (part + 3) & 1) * 21);
}

void vga_reset(void)
{
	/* The sequencer is held in reset while the clock in Misc Output changes. */
	write_indexed(VGA_SEQUENCER, 0, 0x01);
	port_write(VGA_MISCELLANEOUS_WRITE, 0x67);
	for (unsigned int i = 1; i < sizeof(sequencer_values); i++)
		write_indexed(VGA_SEQUENCER, i, sequencer_values[i]);
	write_indexed(VGA_SEQUENCER, 0, sequencer_values[0]);
	set_crtc();
	for (unsigned int i = 0; i < sizeof(graphics_values); i++)
		write_indexed(VGA_GRAPHICS, i, graphics_values[i]);
	set_attributes();
	set_palette();

	for (unsigned int i = 0; i < VGA_ROWS * VGA_COLUMNS; i++)
		*cell(0, i) = VGA_BLANK;
}

void vga_scroll(void)
{
	for (unsigned int i = 0; i < (VGA_ROWS - 1) * VGA_COLUMNS; i++)
		*cell(0, i) = *cell(1, i);
	for (unsigned int column = 0; column < VGA_COLUMNS; column++)
		*cell(VGA_ROWS - 1, column) = VGA_BLANK;
}

void vga_put(unsigned int column, char character)
{
	*cell(VGA_ROWS - 1, column) = VGA_ATTRIBUTE | (uint8_t)character;
}
