// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/arch/x86_64/efi_boot_data.c: when it is passed on, and its
 * contents.
 */
#include "arch/x86_64/efi_boot_data.h"

#include <errno.h>

#include "purgatory_params_fixture.h"

/* Machines on which something is missing or unusual. */
static void nothing(struct efi_facts *efi)
{
	(void)efi;
}

static void not_booted(struct efi_facts *efi)
{
	*efi = (struct efi_facts){ 0 };
}

static void firmware_32(struct efi_facts *efi)
{
	efi->word_bits = 32;
}

static void incomplete(struct efi_facts *efi)
{
	static char why[] = "the sky has fallen";

	efi->incomplete = why;
}

static void no_system_table(struct efi_facts *efi)
{
	efi->system_table = 0;
}

static void no_runtime_map(struct efi_facts *efi)
{
	efi->runtime_map_count = 0;
}

static void version_2(struct efi_facts *efi)
{
	efi->descriptor_version = 2;
}

static void size_39(struct efi_facts *efi)
{
	efi->descriptor_size = 39;
}

static void size_0(struct efi_facts *efi)
{
	efi->descriptor_size = 0;
}

static void size_huge(struct efi_facts *efi)
{
	efi->descriptor_size = 0xfffffff0;
}

enum outcome { OFF, WARNED, GIVEN, FAILED };

/* clang-format off */
static const struct decision_case {
	const char *name;
	void (*change)(struct efi_facts *efi);
	bool noefi;
	uint16_t xloadflags;
	enum efi_map_config wish;
	enum outcome outcome;
	enum image_efi_mapping mapping;
	const char *text; /* in the note, the warning or the error */
} decision_cases[] = {
	{ "usual", nothing, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT, GIVEN,
	  IMAGE_EFI_MAPPING_IN_PLACE, NULL },
	{ "asked for", nothing, false, EFI_KEXEC, EFI_MAP_CONFIG_IN_PLACE, GIVEN,
	  IMAGE_EFI_MAPPING_IN_PLACE, NULL },
	{ "refused", nothing, false, EFI_KEXEC, EFI_MAP_CONFIG_OFF, GIVEN,
	  IMAGE_EFI_MAPPING_OFF, NULL },
	{ "not EFI", not_booted, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT, OFF,
	  IMAGE_EFI_MAPPING_NONE, "not booted through EFI" },
	{ "not EFI, asked for", not_booted, false, EFI_KEXEC, EFI_MAP_CONFIG_IN_PLACE,
	  OFF, IMAGE_EFI_MAPPING_NONE, "not booted through EFI" },
	{ "--noefi", nothing, true, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT, OFF,
	  IMAGE_EFI_MAPPING_NONE, "--noefi" },
	{ "kernel without EFI_KEXEC", nothing, false, 0xef, EFI_MAP_CONFIG_DEFAULT, OFF,
	  IMAGE_EFI_MAPPING_NONE, "cannot take EFI data" },
	{ "32-bit kernel", nothing, false, 0x6e & ~EFI_KEXEC, EFI_MAP_CONFIG_IN_PLACE,
	  OFF, IMAGE_EFI_MAPPING_NONE, "32-bit kernel" },
	{ "32-bit firmware", firmware_32, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT, OFF,
	  IMAGE_EFI_MAPPING_NONE, "32-bit" },
	{ "incomplete", incomplete, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT, WARNED,
	  IMAGE_EFI_MAPPING_NONE, "the sky has fallen" },
	{ "incomplete, not wanted", incomplete, false, EFI_KEXEC, EFI_MAP_CONFIG_OFF,
	  WARNED, IMAGE_EFI_MAPPING_NONE, "the sky has fallen" },
	{ "incomplete, asked for", incomplete, false, EFI_KEXEC,
	  EFI_MAP_CONFIG_IN_PLACE, FAILED, IMAGE_EFI_MAPPING_NONE, "the sky has fallen" },
	{ "incomplete, but --noefi", incomplete, true, EFI_KEXEC,
	  EFI_MAP_CONFIG_IN_PLACE, OFF, IMAGE_EFI_MAPPING_NONE, "--noefi" },
	{ "no system table", no_system_table, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT,
	  WARNED, IMAGE_EFI_MAPPING_NONE, "system table" },
	{ "no system table, asked for", no_system_table, false, EFI_KEXEC,
	  EFI_MAP_CONFIG_IN_PLACE, FAILED, IMAGE_EFI_MAPPING_NONE, "--efi-map-config" },
	{ "no array", no_array, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT, WARNED,
	  IMAGE_EFI_MAPPING_NONE, "config_table" },
	{ "no array, asked for", no_array, false, EFI_KEXEC, EFI_MAP_CONFIG_IN_PLACE,
	  FAILED, IMAGE_EFI_MAPPING_NONE, "config_table" },
	{ "no runtime map", no_runtime_map, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT,
	  WARNED, IMAGE_EFI_MAPPING_NONE, "runtime-map" },
	{ "descriptor version 2", version_2, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT,
	  WARNED, IMAGE_EFI_MAPPING_NONE, "version" },
	{ "descriptor size 0", size_0, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT, WARNED,
	  IMAGE_EFI_MAPPING_NONE, "descriptor size" },
	{ "descriptor size 39", size_39, false, EFI_KEXEC, EFI_MAP_CONFIG_DEFAULT,
	  WARNED, IMAGE_EFI_MAPPING_NONE, "descriptor size" },
	{ "descriptor size 4 GiB", size_huge, false, EFI_KEXEC, EFI_MAP_CONFIG_IN_PLACE,
	  FAILED, IMAGE_EFI_MAPPING_NONE, "descriptor size" },
};
/* clang-format on */

static void assert_one_text(const struct string_list *list, const char *fragment)
{
	assert_int_equal(list->count, 1);
	assert_non_null(strstr(list->items[0], fragment));
}

static void decision_case(void **state)
{
	const struct decision_case *row = *state;
	_cleanup_fixture_ struct fixture fixture = { 0 };
	struct boot_params boot_params;
	int rc;

	set_fixture(row->change, row->noefi, row->wish, &fixture);
	rc = prepare(&fixture, row->xloadflags);
	assert_int_equal(rc, row->outcome == FAILED ? -ENODATA : 0);
	assert_int_equal(fixture.params.given, row->outcome == GIVEN);
	assert_int_equal(fixture.image.efi.handed_over, row->outcome == GIVEN);
	assert_int_equal(fixture.image.efi.mapping, row->mapping);
	assert_int_equal(fixture.image.warnings.count, row->outcome == WARNED);
	if (row->outcome == FAILED)
		assert_message(&fixture.err, row->text);
	else
		assert_null(fixture.err.message);
	if (row->outcome == WARNED)
		assert_one_text(&fixture.image.warnings, row->text);
	if (row->outcome == OFF)
		assert_one_text(&fixture.image.notes, row->text);
	if (row->outcome == GIVEN)
		return;
	/* If EFI boot data is not passed on, all its bytes are zero. */
	memset(&boot_params, 0, sizeof(boot_params));
	efi_boot_data_fill(&fixture.params, 0x5000, &boot_params);
	for (rc = 0; rc < 32; rc++)
		assert_int_equal(((uint8_t *)&boot_params)[0x1c0 + rc], 0);
	assert_int_equal(fixture.params.memory_map_size, 0);
}

static const struct size_case {
	const char *name;
	uint32_t descriptor_size;
} size_cases[] = {
	{ "40 bytes", 40 },
	{ "48 bytes", 48 },
	{ "64 bytes", 64 },
	{ "4096 bytes", 4096 },
};

/* UEFI specification 2.10, 7.2: type, padding, physical, virtual, pages, attribute. */
static void check_descriptor(const uint8_t *at, const struct efi_memory_descriptor *entry,
			     uint32_t size)
{
	uint32_t i;

	assert_int_equal(get_le(at, 4), entry->type);
	assert_int_equal(get_le(at + 4, 4), 0);
	assert_int_equal(get_le(at + 8, 8), entry->physical_start);
	assert_int_equal(get_le(at + 16, 8), entry->virtual_start);
	assert_int_equal(get_le(at + 24, 8), entry->page_count);
	assert_int_equal(get_le(at + 32, 8), entry->attribute);
	for (i = 40; i < size; i++)
		assert_int_equal(at[i], 0);
}

static void descriptor_size_is_kept(void **state)
{
	const struct size_case *row = *state;
	_cleanup_fixture_ struct fixture fixture = { 0 };
	struct boot_params boot_params = { 0 };
	const uint8_t *info = (const uint8_t *)&boot_params + 0x1c0;
	const uint8_t *setup = (const uint8_t *)&fixture.params.setup_data;
	uint32_t size = row->descriptor_size;
	size_t i;

	set_fixture(nothing, false, EFI_MAP_CONFIG_DEFAULT, &fixture);
	fixture.machine.efi.descriptor_size = size;
	assert_int_equal(prepare(&fixture, EFI_KEXEC), 0);
	assert_int_equal(fixture.params.memory_map_size, size * COUNT(runtime_map));
	for (i = 0; i < COUNT(runtime_map); i++)
		check_descriptor(fixture.params.memory_map + i * size, &runtime_map[i],
				 size);

	efi_boot_data_fill(&fixture.params, 0x1ffffe000ull, &boot_params);
	assert_memory_equal(info, "EL64", 4);
	assert_int_equal(get_le(info + 4, 4), SYSTEM_TABLE & 0xffffffff);
	assert_int_equal(get_le(info + 8, 4), size);
	assert_int_equal(get_le(info + 12, 4), 1);
	assert_int_equal(get_le(info + 16, 4), 0xffffe000);
	assert_int_equal(get_le(info + 20, 4), size * COUNT(runtime_map));
	assert_int_equal(get_le(info + 24, 4), SYSTEM_TABLE >> 32);
	assert_int_equal(get_le(info + 28, 4), 1);

	assert_int_equal(sizeof(fixture.params.setup_data), 96);
	assert_int_equal(get_le(setup, 8), 0x3f5ebf98);
	assert_int_equal(get_le(setup + 8, 8), 0);
	assert_int_equal(get_le(setup + 16, 8), CONFIG_TABLES);
	assert_int_equal(get_le(setup + 24, 8), 0x3f5e9000);
	for (i = 32; i < 96; i++)
		assert_int_equal(setup[i], 0);
}

int main(void)
{
	return RUN_TABLE(decision_case, decision_cases) +
	       RUN_TABLE(descriptor_size_is_kept, size_cases);
}
