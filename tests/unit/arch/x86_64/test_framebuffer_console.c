// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of arch/x86_64/framebuffer_console.c: which framebuffers purgatory gets. */
#include "arch/x86_64/framebuffer_console.h"

#include <errno.h>

#include "fixtures.h"

#define LOW   0xc0000000ull
#define HIGH  0x4000000000ull
#define EFI   0x70
#define VESA  0x23
#define TEXT  0x22
#define AMBER 0xffb000u

/* Sizes and positions of red, green and blue. */
#define BGR                       \
	{                         \
		8, 16, 8, 8, 8, 0 \
	}
#define RGB                       \
	{                         \
		8, 0, 8, 8, 8, 16 \
	}

struct facts {
	uint8_t type;
	uint16_t width, height, depth, line_bytes;
	uint64_t base;
	uint32_t size; /* as in screen_info */
	uint8_t colours[6];
};

static const struct facts usual = { EFI, 1280, 800, 32, 5120, LOW, 4096000, BGR };

static void make(const struct facts *facts, struct machine *machine)
{
	uint8_t *screen = machine->boot_params;

	*machine = (struct machine){
		.has_boot_params = true,
		.framebuffer_present = true,
		.cpu.physical_bits = 40,
	};
	assert_int_equal(memory_map_set(&machine->memory, 0, 0x80000000, MEMORY_RAM), 0);
	screen[0x0f] = facts->type;
	put_le(screen + 0x12, 2, facts->width);
	put_le(screen + 0x14, 2, facts->height);
	put_le(screen + 0x16, 2, facts->depth);
	put_le(screen + 0x18, 4, facts->base);
	put_le(screen + 0x1c, 4, facts->size);
	put_le(screen + 0x24, 2, facts->line_bytes);
	memcpy(screen + 0x26, facts->colours, sizeof(facts->colours));
	put_le(screen + 0x36, 4, facts->base >> 32 ? 3 : 1);
	put_le(screen + 0x3a, 4, facts->base >> 32);
}

static const struct good_case {
	const char *name;
	struct facts facts;
	uint32_t colour;
	uint32_t height; /* that purgatory uses */
} good_cases[] = {
	{ "usual", { EFI, 1280, 800, 32, 5120, LOW, 4096000, BGR }, AMBER, 800 },
	{ "red first", { EFI, 1280, 800, 32, 5120, LOW, 4096000, RGB }, 0x00b0ff, 800 },
	{ "24 bits", { EFI, 800, 600, 24, 2400, LOW, 1440000, BGR }, AMBER, 600 },
	{ "highest bytes",
	  { EFI, 800, 600, 32, 3200, LOW, 1920000, { 8, 24, 8, 16, 8, 8 } },
	  0xffb00000,
	  600 },
	{ "long lines", { EFI, 1366, 768, 32, 5632, LOW, 4325376, BGR }, AMBER, 768 },
	{ "VESA, in units of 64 KiB",
	  { VESA, 800, 600, 32, 3200, LOW, 30, BGR },
	  AMBER,
	  600 },
	{ "above 4 GiB", { EFI, 1280, 800, 32, 5120, HIGH, 4096000, BGR }, AMBER, 800 },
	{ "up to the end",
	  { EFI, 1280, 800, 32, 5120, (1ull << 40) - 4096000, 4096000, BGR },
	  AMBER,
	  800 },
	{ "4K", { EFI, 3840, 2160, 32, 15360, LOW, 33177600, BGR }, AMBER, 2160 },
	{ "8K", { EFI, 7680, 4320, 32, 30720, LOW, 132710400, BGR }, AMBER, 1092 },
};

static void good_case(void **state)
{
	const struct good_case *row = *state;
	_cleanup_machine_ struct machine machine;
	struct image_framebuffer found = { 0 };

	make(&row->facts, &machine);
	assert_int_equal(framebuffer_console_find(&machine, &found, NULL), 0);
	assert_int_equal(found.start, row->facts.base);
	assert_int_equal(found.width, row->facts.width);
	assert_int_equal(found.height, row->height);
	assert_int_equal(found.line_bytes, row->facts.line_bytes);
	assert_int_equal(found.pixel_bytes, row->facts.depth / 8);
	assert_int_equal(found.colour, row->colour);
}

static const struct bad_case {
	const char *name;
	struct facts facts;
	const char *says;
} bad_cases[] = {
	{ "text", { TEXT, 80, 25, 0, 0, 0, 0, { 0 } }, "video type 0x22" },
	{ "nothing", { 0, 0, 0, 0, 0, 0, 0, { 0 } }, "video type 0x0" },
	{ "16 bits",
	  { EFI, 800, 600, 16, 1600, LOW, 960000, { 5, 11, 6, 5, 5, 0 } },
	  "16 bits per pixel" },
	{ "8 bits", { VESA, 800, 600, 8, 800, LOW, 8, { 0 } }, "8 bits per pixel" },
	{ "10 bits of each colour",
	  { EFI, 800, 600, 32, 3200, LOW, 1920000, { 10, 20, 10, 10, 10, 0 } },
	  "10, 10 and 10 bits at bits 20, 10 and 0" },
	{ "colours across bytes",
	  { EFI, 800, 600, 32, 3200, LOW, 1920000, { 8, 17, 8, 8, 8, 0 } },
	  "at bits 17, 8" },
	{ "colours overlap",
	  { EFI, 800, 600, 32, 3200, LOW, 1920000, { 8, 8, 8, 8, 8, 0 } },
	  "at bits 8, 8 and 0" },
	{ "colour beyond the pixel",
	  { EFI, 800, 600, 24, 2400, LOW, 1440000, { 8, 24, 8, 8, 8, 0 } },
	  "at bits 24" },
	{ "no colours",
	  { EFI, 800, 600, 32, 3200, LOW, 1920000, { 0 } },
	  "0, 0 and 0 bits" },
	{ "short lines", { EFI, 800, 600, 32, 3199, LOW, 1920000, BGR }, "contradict" },
	{ "odd lines", { EFI, 799, 600, 32, 3198, LOW, 1920000, BGR }, "contradict" },
	{ "odd address",
	  { EFI, 800, 600, 32, 3200, LOW + 2, 1920000, BGR },
	  "contradict" },
	{ "too small", { EFI, 800, 600, 32, 3200, LOW, 1919999, BGR }, "contradict" },
	{ "VESA, too small", { VESA, 800, 600, 32, 3200, LOW, 29, BGR }, "contradict" },
	{ "no size", { EFI, 800, 600, 32, 3200, LOW, 0, BGR }, "contradict" },
	{ "no width", { EFI, 0, 600, 32, 3200, LOW, 1920000, BGR }, "contradict" },
	{ "no height", { EFI, 800, 0, 32, 3200, LOW, 1920000, BGR }, "contradict" },
	{ "no address", { EFI, 800, 600, 32, 3200, 0, 1920000, BGR }, "contradict" },
	{ "beyond the CPU's addresses",
	  { EFI, 1280, 800, 32, 5120, (1ull << 40) - 4095000, 4096000, BGR },
	  "be mapped" },
	{ "wraps", { EFI, 1280, 800, 32, 5120, -4096ull, 4096000, BGR }, "be mapped" },
	{ "in RAM", { EFI, 1280, 800, 32, 5120, 0x7fffe000, 4096000, BGR }, "to RAM" },
};

static void bad_case(void **state)
{
	const struct bad_case *row = *state;
	_cleanup_machine_ struct machine machine;
	_cleanup_error_ struct error err = { 0 };
	struct image_framebuffer found = { 0 };

	make(&row->facts, &machine);
	assert_int_equal(framebuffer_console_find(&machine, &found, &err), -ENODEV);
	assert_message(&err, row->says);
	assert_message(&err, "--console-framebuffer: ");
	assert_int_equal(found.start, 0);
}

/* Facts about the machine that keep purgatory from the usual framebuffer. */
static void no_boot_params(struct machine *machine)
{
	machine->has_boot_params = false;
}

static void gone(struct machine *machine)
{
	machine->framebuffer_gone = true;
}

static void native_driver(struct machine *machine)
{
	machine->framebuffer_driver = strdup("i915");
}

static void not_present(struct machine *machine)
{
	machine->framebuffer_present = false;
}

static void trapped(struct machine *machine)
{
	machine->cpu.tsc_may_trap = true;
}

static void moved_away(struct machine *machine)
{
	machine->framebuffer_moved_to = 1ull << 40;
}

static const struct machine_case {
	const char *name;
	void (*change)(struct machine *machine);
	const char *says;
} machine_cases[] = {
	{ "no boot_params", no_boot_params, "cannot be read" },
	{ "gone", gone, "is gone" },
	{ "native driver", native_driver, "driver i915" },
	{ "nothing in iomem", not_present, "/proc/iomem shows neither" },
	{ "confidential guest", trapped, "confidential" },
	{ "moved beyond the end", moved_away, "be mapped" },
};

static void machine_case(void **state)
{
	const struct machine_case *row = *state;
	_cleanup_machine_ struct machine machine;
	_cleanup_error_ struct error err = { 0 };
	struct image_framebuffer found = { 0 };

	make(&usual, &machine);
	row->change(&machine);
	assert_int_equal(framebuffer_console_find(&machine, &found, &err), -ENODEV);
	assert_message(&err, row->says);
}

static void test_levels_limit_the_address(void **state)
{
	struct facts facts = usual;
	_cleanup_machine_ struct machine machine;
	_cleanup_error_ struct error err = { 0 };
	struct image_framebuffer found = { 0 };

	(void)state;
	facts.base = 1ull << 47;
	make(&facts, &machine);
	machine.cpu.physical_bits = 52;
	assert_int_equal(framebuffer_console_find(&machine, &found, &err), -ENODEV);
	assert_message(&err, "end above 0x800000000000");
	machine.cpu.five_level_paging = true;
	assert_int_equal(framebuffer_console_find(&machine, &found, NULL), 0);
	assert_int_equal(found.start, facts.base);
}

static void test_follows_a_move(void **state)
{
	_cleanup_machine_ struct machine machine;
	struct image_framebuffer found = { 0 };

	(void)state;
	make(&usual, &machine);
	machine.framebuffer_moved_to = HIGH;
	assert_int_equal(framebuffer_console_find(&machine, &found, NULL), 0);
	assert_int_equal(found.start, HIGH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels_limit_the_address),
		cmocka_unit_test(test_follows_a_move),
	};

	return RUN_TABLE(good_case, good_cases) + RUN_TABLE(bad_case, bad_cases) +
	       RUN_TABLE(machine_case, machine_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
