// SPDX-License-Identifier: GPL-2.0-only
/* Finds the present address of the framebuffer that firmware or setup code has set up. */
#include "machine/machine_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine/screen_info.h"
#include "util/bytes.h"

/* PCI Code and ID Assignment 1.15, 1: base class of display controllers. */
#define PCI_CLASS_DISPLAY 0x03u

/* The names in /proc/iomem that drivers of such a framebuffer give to its range. */
static const char *const firmware_drivers[] = { "BOOTFB",   "efifb",	 "vesafb",
						"simplefb", "simpledrm", "efidrm",
						"vesadrm" };

static bool is_firmware_driver(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(firmware_drivers) / sizeof(firmware_drivers[0]); i++)
		if (!strcmp(name, firmware_drivers[i]))
			return true;
	return false;
}

/* True for "0000:41:00.0": the ranges of a PCI device are named by its address. */
static bool is_pci_device(const char *name)
{
	static const char form[] = "xxxx:xx:xx.x";
	size_t i;

	for (i = 0; i < sizeof(form) - 1; i++) {
		if (form[i] == 'x' ? !strchr("0123456789abcdef", name[i]) || !name[i]
				   : name[i] != form[i])
			return false;
	}
	return !name[i];
}

static bool holds(const struct iomem_line *line, const struct screen_framebuffer *screen)
{
	return line->start <= screen->start && screen->end <= line->end;
}

/* Returns true also if the class is unknown: a recorded machine may lack the file. */
static bool is_display(const struct root *root, const char *device)
{
	uint64_t class;

	return root_readf_u64(root, &class, NULL, "sys/bus/pci/devices/%s/class",
			      device) < 0 ||
	       class >> 16 == PCI_CLASS_DISPLAY;
}

/* The range of a driver that shows the firmware's framebuffer, or NULL. */
static const struct iomem_line *find_driver(const struct iomem *iomem,
					    const struct screen_framebuffer *screen)
{
	const struct iomem_line *found = NULL;
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];

		if (!is_firmware_driver(line->name) ||
		    line->end - line->start < screen->end - screen->start)
			continue;
		if (line->start == screen->start)
			return line;
		found = line;
	}
	return found;
}

/*
 * Without such a driver, looks for the present owner of the address. A driver that
 * enlarges the window to the display's memory (resizable BAR) may have moved the
 * framebuffer; then another device, or none, is at its old address.
 */
static void find_owner(const struct root *root, const struct screen_framebuffer *screen,
		       struct machine *machine)
{
	const struct iomem *iomem = &machine->iomem;
	bool in_window = false;
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];

		if (!holds(line, screen))
			continue;
		if (starts_with(line->name, "PCI Bus "))
			in_window = true;
		if (!is_pci_device(line->name))
			continue;
		if (is_display(root, line->name))
			return;
		machine->framebuffer_gone = true;
		machine_note(machine,
			     "the framebuffer that the running kernel was started with, "
			     "at 0x%" PRIx64
			     ", is gone: device %s is there, which is not "
			     "a display",
			     screen->start, line->name);
		return;
	}
	/* Outside PCI windows, a framebuffer may belong to a hypervisor, for example. */
	if (!in_window)
		return;
	machine->framebuffer_gone = true;
	machine_note(machine,
		     "the framebuffer that the running kernel was started with, at "
		     "0x%" PRIx64 ", is gone: no PCI device is there any more",
		     screen->start);
}

/* The name of the driver of a PCI device; NULL without one. Owned by the caller. */
static char *driver_of(const struct root *root, const char *device)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_free_ char *target = NULL;
	const char *name;

	if (asprintf(&path, "sys/bus/pci/devices/%s/driver", device) < 0) {
		path = NULL;
		return NULL;
	}
	if (root_read_link(root, path, &target) < 0)
		return NULL;
	name = strrchr(target, '/');
	return strdup(name ? name + 1 : target);
}

/*
 * Looks for the display whose memory holds the framebuffer. Drivers of the firmware's
 * framebuffer are not bound to a PCI device. So a driver that is bound to it has set up
 * the display anew, or has given it to a virtual machine.
 */
static void find_display(const struct root *root, const struct screen_framebuffer *screen,
			 struct machine *machine)
{
	size_t i;

	for (i = 0; i < machine->iomem.count; i++) {
		const struct iomem_line *line = &machine->iomem.lines[i];

		if (!holds(line, screen) || !is_pci_device(line->name) ||
		    !is_display(root, line->name))
			continue;
		machine->framebuffer_present = true;
		machine->framebuffer_driver = driver_of(root, line->name);
		return;
	}
}

void machine_find_framebuffer(const struct root *root, struct machine *machine)
{
	struct screen_framebuffer screen;
	const struct iomem_line *driver;

	if (!machine->has_boot_params ||
	    !screen_info_framebuffer(machine->boot_params, &screen))
		return;
	driver = find_driver(&machine->iomem, &screen);
	if (!driver) {
		find_owner(root, &screen, machine);
		find_display(root, &screen, machine);
		return;
	}
	machine->framebuffer_present = true;
	find_display(root,
		     &(struct screen_framebuffer){
			     driver->start, driver->start + (screen.end - screen.start) },
		     machine);
	if (driver->start == screen.start)
		return;
	machine->framebuffer_moved_to = driver->start;
	machine_note(machine,
		     "the framebuffer has moved from 0x%" PRIx64 " to 0x%" PRIx64,
		     screen.start, driver->start);
}
