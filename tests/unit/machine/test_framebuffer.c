// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/machine/machine_framebuffer.c and kexec/machine/screen_info.c: the
 * address of the framebuffer, and the description that the next kernel gets.
 */
#include "machine/screen_info.h"

#include "fixtures.h"
#include "machine_tree.h"

#define LOW	      0xc0000000ull
#define HIGH	      0x4000000000ull
#define LINES	      800
#define LINE_LENGTH   5120

#define EFI	      0x70
#define VESA	      0x23
#define VGA_TEXT      0x22

#define DISPLAY_CLASS "0x030000"
#define NVME_CLASS    "0x010802"

/* Lines of /proc/iomem around the framebuffer. */
#define WINDOW	    "c0000000-febfffff : PCI Bus 0000:00\n"
#define HIGH_WINDOW "4000000000-4fffffffff : PCI Bus 0000:00\n"
#define DEVICE	    "  c0000000-c0ffffff : 0000:00:01.0\n"

/* clang-format off */
enum outcome { AS_IT_IS, MOVED, GONE };

static const struct framebuffer_case {
	const char *name;
	uint8_t type;
	uint64_t base;
	const char *iomem;
	const char *class; /* of device 0000:00:01.0; NULL: no such file */
	enum outcome outcome;
	uint64_t moved_to;
} framebuffer_cases[] = {
	{ "efifb", EFI, LOW, WINDOW DEVICE "    c0000000-c03e7fff : efifb\n", NULL, AS_IT_IS,
	  0 },
	{ "simplefb", EFI, LOW, WINDOW DEVICE "    c0000000-c03e7fff : BOOTFB\n"
	  "      c0000000-c03e7fff : simplefb\n", DISPLAY_CLASS, AS_IT_IS, 0 },
	{ "simpledrm", EFI, LOW, WINDOW DEVICE "    c0000000-c03e7fff : BOOTFB\n"
	  "      c0000000-c03e7fff : simpledrm\n", DISPLAY_CLASS, AS_IT_IS, 0 },
	{ "vesafb", VESA, LOW, WINDOW DEVICE "    c0000000-c03e7fff : vesafb\n", NULL,
	  AS_IT_IS, 0 },
	{ "native driver", EFI, LOW, WINDOW DEVICE "    c0000000-c0ffffff : bochs-drm\n",
	  DISPLAY_CLASS, AS_IT_IS, 0 },
	{ "native driver, class unknown", EFI, LOW, WINDOW DEVICE, NULL, AS_IT_IS, 0 },
	{ "no driver", EFI, LOW, WINDOW DEVICE, DISPLAY_CLASS, AS_IT_IS, 0 },
	{ "of a hypervisor", EFI, 0xf8000000, WINDOW, NULL, GONE, 0 },
	{ "in no window", EFI, 0x80000000, WINDOW, NULL, AS_IT_IS, 0 },
	{ "in no window, but a driver", EFI, 0x80000000,
	  "80000000-803e7fff : efifb\n", NULL, AS_IT_IS, 0 },
	{ "high", EFI, HIGH, HIGH_WINDOW "  4000000000-4000ffffff : 0000:00:01.0\n",
	  DISPLAY_CLASS, AS_IT_IS, 0 },
	{ "moved up", EFI, LOW, WINDOW HIGH_WINDOW "  4000000000-4000ffffff : 0000:00:01.0\n"
	  "    4000000000-40003e7fff : efifb\n", DISPLAY_CLASS, MOVED, HIGH },
	{ "moved up, efidrm", EFI, LOW, WINDOW HIGH_WINDOW "  4000000000-4000ffffff : 0000:00:01.0\n"
	  "    4000000000-40003e7fff : efidrm\n", DISPLAY_CLASS, MOVED, HIGH },
	{ "moved down", EFI, HIGH, HIGH_WINDOW WINDOW DEVICE
	  "    c0000000-c03e7fff : efifb\n", DISPLAY_CLASS, MOVED, LOW },
	{ "another's framebuffer is smaller", EFI, LOW, WINDOW DEVICE
	  "    c0000000-c03e6fff : efifb\n", DISPLAY_CLASS, AS_IT_IS, 0 },
	{ "another device is there", EFI, LOW, WINDOW DEVICE, NVME_CLASS, GONE, 0 },
	{ "a device ends within", EFI, LOW, WINDOW "  c0000000-c0000fff : 0000:00:01.0\n",
	  DISPLAY_CLASS, GONE, 0 },
	{ "nothing is there", VESA, LOW, WINDOW, NULL, GONE, 0 },
	{ "text", VGA_TEXT, LOW, WINDOW, NULL, AS_IT_IS, 0 },
	{ "no address", EFI, 0, WINDOW, NULL, AS_IT_IS, 0 },
	{ "wraps", EFI, -1ull - 4095, WINDOW, NULL, AS_IT_IS, 0 },
	{ "names that look like devices", EFI, LOW,
	  WINDOW "  c0000000-c0ffffff : 0000:00:01.00\n  c0000000-c0ffffff : 0000:00:01\n",
	  NULL, GONE, 0 },
	{ "iomem is hidden", EFI, LOW, "00000000-00000000 : PCI Bus 0000:00\n", NULL,
	  AS_IT_IS, 0 },
};
/* clang-format on */

/* include/uapi/linux/screen_info.h. Bytes without a meaning in this test are marked. */
static void write_screen(uint8_t *screen, const struct framebuffer_case *row)
{
	memset(screen, 0xa5, SCREEN_INFO_SIZE);
	screen[0x0f] = row->type;
	put_le(screen + 0x14, 2, LINES);
	put_le(screen + 0x18, 4, row->base);
	put_le(screen + 0x24, 2, LINE_LENGTH);
	put_le(screen + 0x36, 4, row->base >> 32 ? 0x3 : 0x1);
	put_le(screen + 0x3a, 4, row->base >> 32);
}

static void check_moved(const uint8_t *before, const uint8_t *after, uint64_t base)
{
	size_t i;

	assert_int_equal(get_le(after + 0x18, 4), base & 0xffffffff);
	assert_int_equal(get_le(after + 0x3a, 4), base >> 32);
	assert_int_equal(get_le(after + 0x36, 4), base >> 32 ? 0x3 : 0x1);
	for (i = 0; i < SCREEN_INFO_SIZE; i++)
		if (!(i >= 0x18 && i < 0x1c) && !(i >= 0x36 && i < 0x3e))
			assert_int_equal(after[i], before[i]);
}

static void framebuffer_case(void **state)
{
	const struct framebuffer_case *row = *state;
	_cleanup_tree_ struct tree tree;
	_cleanup_machine_ struct machine machine = { 0 };
	uint8_t boot_params[BOOT_PARAMS_SIZE] = { 0 }, after[SCREEN_INFO_SIZE];
	static const uint8_t nothing[SCREEN_INFO_SIZE];

	make_machine(&tree);
	write_screen(boot_params, row);
	tree_write_bytes(&tree, "sys/kernel/boot_params/data", boot_params,
			 sizeof(boot_params));
	tree_write(&tree, "proc/iomem", "%s", row->iomem);
	if (row->class)
		tree_write(&tree, "sys/bus/pci/devices/0000:00:01.0/class", "%s\n",
			   row->class);
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.framebuffer_gone, row->outcome == GONE);
	assert_int_equal(machine.framebuffer_moved_to, row->moved_to);
	assert_int_equal(has_note(&machine, "framebuffer"), row->outcome != AS_IT_IS);
	screen_info_hand_over(&machine, after);
	if (row->outcome == GONE)
		assert_memory_equal(after, nothing, sizeof(nothing));
	else if (row->outcome == MOVED)
		check_moved(boot_params, after, row->moved_to);
	else
		assert_memory_equal(after, boot_params, sizeof(after));
}

/* The native driver of the display, and whether anything shows the framebuffer. */
static const struct driver_case {
	const char *name;
	const char *iomem;
	const char *class;
	const char *driver; /* of device 0000:00:01.0; NULL: no such link */
	bool present;
	const char *found;
} driver_cases[] = {
	{ "efifb", WINDOW DEVICE "    c0000000-c03e7fff : efifb\n", DISPLAY_CLASS, NULL,
	  true, NULL },
	{ "efidrm", WINDOW DEVICE "    c0000000-c03e7fff : efidrm\n", DISPLAY_CLASS, NULL,
	  true, NULL },
	{ "no driver", WINDOW DEVICE, DISPLAY_CLASS, NULL, true, NULL },
	{ "native driver", WINDOW DEVICE, DISPLAY_CLASS, "i915", true, "i915" },
	{ "native driver beside efifb", WINDOW DEVICE "    c0000000-c03e7fff : efifb\n",
	  DISPLAY_CLASS, "vfio-pci", true, "vfio-pci" },
	{ "moved, with a native driver",
	  HIGH_WINDOW "  4000000000-4000ffffff : 0000:00:01.0\n"
		      "    4000000000-40003e7fff : efifb\n",
	  DISPLAY_CLASS, "amdgpu", true, "amdgpu" },
	{ "another device", WINDOW DEVICE, NVME_CLASS, "nvme", false, NULL },
	{ "nothing", WINDOW, NULL, NULL, false, NULL },
};

static void driver_case(void **state)
{
	static const struct framebuffer_case screen = { .type = EFI, .base = LOW };
	const struct driver_case *row = *state;
	_cleanup_tree_ struct tree tree;
	_cleanup_machine_ struct machine machine = { 0 };
	uint8_t boot_params[BOOT_PARAMS_SIZE] = { 0 };

	make_machine(&tree);
	write_screen(boot_params, &screen);
	tree_write_bytes(&tree, "sys/kernel/boot_params/data", boot_params,
			 sizeof(boot_params));
	tree_write(&tree, "proc/iomem", "%s", row->iomem);
	if (row->class)
		tree_write(&tree, "sys/bus/pci/devices/0000:00:01.0/class", "%s\n",
			   row->class);
	if (row->driver) {
		char target[64];

		snprintf(target, sizeof(target), "../../../bus/pci/drivers/%s",
			 row->driver);
		assert_int_equal(symlinkat(target, tree.root.fd,
					   "sys/bus/pci/devices/0000:00:01.0/driver"),
				 0);
	}
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.framebuffer_present, row->present);
	if (row->found)
		assert_string_equal(machine.framebuffer_driver, row->found);
	else
		assert_null(machine.framebuffer_driver);
}

int main(void)
{
	return RUN_TABLE(framebuffer_case, framebuffer_cases) +
	       RUN_TABLE(driver_case, driver_cases);
}
