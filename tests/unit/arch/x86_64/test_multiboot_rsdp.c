// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of multiboot_rsdp.c: where the root pointer is copied, and the warnings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arch/x86_64/multiboot_rsdp.h"
#include "fixtures.h"

#define ADDRESS	    0x3f77d014ull
#define TAGS	    0x200000ull
#define BIOS_MEMORY 0x9f010ull

/* A load on an EFI machine. warning: parts of the only one, NULL: none. */
static const struct copy_case {
	const char *name;
	uint64_t address, tags, bios_memory;
	enum image_purpose purpose;
	bool copied;
	const char *warning[2];
} copy_cases[] = {
	{ "both", ADDRESS, TAGS, BIOS_MEMORY, IMAGE_NORMAL, true, { NULL } },
	{ "Multiboot1", ADDRESS, 0, BIOS_MEMORY, IMAGE_NORMAL, true, { NULL } },
	{ "tags only",
	  ADDRESS,
	  TAGS,
	  0,
	  IMAGE_NORMAL,
	  true,
	  { "if the new kernel is Xen, it will not find", "first page is not RAM" } },
	{ "crash kernel, tags",
	  ADDRESS,
	  TAGS,
	  0,
	  IMAGE_CRASH,
	  true,
	  { "if the new kernel is Xen, it will not find", "a crash kernel gets none" } },
	{ "crash kernel, Multiboot1",
	  ADDRESS,
	  0,
	  0,
	  IMAGE_CRASH,
	  false,
	  { "the new kernel will not find", "a crash kernel gets none" } },
	{ "unknown",
	  0,
	  TAGS,
	  BIOS_MEMORY,
	  IMAGE_NORMAL,
	  false,
	  { "the new kernel will not find", "address of the root pointer" } },
};

static void test_copies_and_warnings(void **state)
{
	const struct copy_case *row = *state;
	struct machine machine = {
		.efi = { .booted = true, .acpi_rsdp = row->address },
	};
	_cleanup_image_ struct image image = { 0 };

	image.purpose = row->purpose;
	image.rsdp.bios_memory = row->bios_memory;
	assert_int_equal(multiboot_rsdp_copy(&machine, row->tags, &image, NULL), 0);
	assert_int_equal(image.mapped.count, 0);
	assert_int_equal(image.rsdp.address, row->copied ? row->address : 0);
	assert_int_equal(image.rsdp.tags, row->copied ? row->tags : 0);
	assert_int_equal(image.rsdp.bios_memory, row->copied ? row->bios_memory : 0);
	assert_int_equal(image.warnings.count, row->warning[0] ? 1 : 0);
	if (!row->warning[0])
		return;
	assert_non_null(strstr(image.warnings.items[0], row->warning[0]));
	assert_non_null(strstr(image.warnings.items[0], row->warning[1]));
}

/* In a Xen dom0 the same, and the hypervisor is told to map what purgatory reads. */
static void test_in_dom0(void **state)
{
	const struct copy_case *row = *state;
	struct machine machine = {
		.efi = { .booted = true, .acpi_rsdp = row->address },
		.xen_role = XEN_ROLE_DOM0,
	};
	_cleanup_image_ struct image image = { 0 };

	image.purpose = row->purpose;
	image.rsdp.bios_memory = row->bios_memory;
	assert_int_equal(multiboot_rsdp_copy(&machine, row->tags, &image, NULL), 0);
	assert_int_equal(image.rsdp.address, row->copied ? row->address : 0);
	assert_int_equal(image.warnings.count, row->warning[0] ? 1 : 0);
	assert_int_equal(image.mapped.count, row->copied ? 1 : 0);
	if (!row->copied)
		return;
	assert_int_equal(image.efi.mapping, IMAGE_EFI_MAPPING_XEN);
	assert_true(image.mapped.ranges[0].start <= ADDRESS);
	/* The root pointer of ACPI 2.0 has 36 bytes (ACPI 6.5, 5.2.5.3). */
	assert_true(image.mapped.ranges[0].end >= ADDRESS + 36);
}

int main(void)
{
	return RUN_TABLE(test_copies_and_warnings, copy_cases) +
	       RUN_TABLE(test_in_dom0, copy_cases);
}
