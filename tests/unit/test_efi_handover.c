// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/arch/x86_64/efi_handover.c: when EFI is handed over, and what. */
#include "arch/x86_64/efi_handover.h"

#include <errno.h>

#include "fixtures.h"

#define EFI_KEXEC     0x10 /* boot.rst, xloadflags bit 4 */
#define SYSTEM_TABLE  0x23f5eb018ull
#define CONFIG_TABLES 0x30200098ull
#define EL64	      0x34364c45u

static struct efi_memory_descriptor runtime_map[] = {
	{ 5, 0x3f4ed000, 0xfffffffeffc6d000, 0x100, 0x800000000000000f },
	{ 6, 0x3f5ed000, 0xfffffffeffd6d000, 0x80, 0x8000000000004001 },
	{ 4, 0x123456000000, 0xfffffffe00000000, 0x1, 0x800000000000000f },
};

static const struct efi_facts usual = {
	.booted = true,
	.word_bits = 64,
	.system_table = SYSTEM_TABLE,
	.config_table_array = CONFIG_TABLES,
	.fw_vendor = 0x3f5ebf98,
	.runtime_services = 0x3f5ebb98,
	.smbios = 0x3f5e9000,
	.acpi_rsdp = 0x3f77e014,
	.loader_signature = EL64,
	.descriptor_size = 48,
	.descriptor_version = 1,
	.runtime_map = runtime_map,
	.runtime_map_count = COUNT(runtime_map),
};

/* What is missing or odd. */
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

static void no_array(struct efi_facts *efi)
{
	efi->config_table_array = 0;
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

static void high_table(struct efi_facts *efi)
{
	efi->system_table = 0x100000000;
}

static void table_at_the_end(struct efi_facts *efi)
{
	efi->system_table = 0x100000000 - 120;
}

static void table_across_the_end(struct efi_facts *efi)
{
	efi->system_table = 0x100000000 - 119;
}

/* The table is 120 bytes (UEFI specification 2.10, 4.3), an entry of the array 24 (4.6). */
static void low_table(struct efi_facts *efi)
{
	efi->system_table = 0x3f5eb018;
}

static void high_array(struct efi_facts *efi)
{
	low_table(efi);
	efi->config_table_array = 0x100000000;
}

static void array_at_the_end(struct efi_facts *efi)
{
	low_table(efi);
	efi->table_count = 10;
	efi->config_table_array = 0x100000000 - 240;
}

static void array_across_the_end(struct efi_facts *efi)
{
	low_table(efi);
	efi->table_count = 10;
	efi->config_table_array = 0x100000000 - 239;
}

static void low_table_no_array(struct efi_facts *efi)
{
	low_table(efi);
	no_array(efi);
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
	struct options options = { .noefi = row->noefi, .efi_map_config = row->wish };
	struct machine machine = { .efi = usual };
	struct load_request request = { .options = &options, .machine = &machine };
	_cleanup_efi_handover_ struct efi_handover handover = { 0 };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct boot_params boot_params;
	int rc;

	row->change(&machine.efi);
	rc = efi_handover_prepare(&request, row->xloadflags, &image, &handover, &err);
	assert_int_equal(rc, row->outcome == FAILED ? -ENODATA : 0);
	assert_int_equal(handover.given, row->outcome == GIVEN);
	assert_int_equal(image.efi_handed_over, row->outcome == GIVEN);
	assert_int_equal(image.efi_mapping, row->mapping);
	assert_int_equal(image.warnings.count, row->outcome == WARNED);
	if (row->outcome == FAILED)
		assert_message(&err, row->text);
	else
		assert_null(err.message);
	if (row->outcome == WARNED)
		assert_one_text(&image.warnings, row->text);
	if (row->outcome == OFF)
		assert_one_text(&image.notes, row->text);
	if (row->outcome == GIVEN)
		return;
	/* Not handed over means that not a byte of it is. */
	memset(&boot_params, 0, sizeof(boot_params));
	efi_handover_fill(&handover, 0x5000, &boot_params);
	for (rc = 0; rc < 32; rc++)
		assert_int_equal(((uint8_t *)&boot_params)[0x1c0 + rc], 0);
	assert_int_equal(handover.memory_map_size, 0);
}

/* clang-format off */
/* A kernel entered in 32-bit mode maps 0 to 4 GiB by itself, and nothing else. */
static const struct own_map_case {
	const char *name;
	void (*change)(struct efi_facts *efi);
	bool noefi;
	enum efi_map_config wish;
	int rc;
	bool warned;
	enum image_efi_mapping mapping;
} own_map_cases[] = {
	{ "below 4 GiB", low_table, false, EFI_MAP_CONFIG_DEFAULT, 0, false,
	  IMAGE_EFI_MAPPING_OWN },
	{ "below 4 GiB, asked for", low_table, false, EFI_MAP_CONFIG_IN_PLACE, 0, false,
	  IMAGE_EFI_MAPPING_OWN },
	{ "below 4 GiB, refused", low_table, false, EFI_MAP_CONFIG_OFF, 0, false,
	  IMAGE_EFI_MAPPING_OWN },
	{ "system table above", high_table, false, EFI_MAP_CONFIG_DEFAULT, 0, true,
	  IMAGE_EFI_MAPPING_OWN },
	{ "system table above, asked for", high_table, false, EFI_MAP_CONFIG_IN_PLACE,
	  -ENOTSUP, false, IMAGE_EFI_MAPPING_OWN },
	{ "system table above, refused", high_table, false, EFI_MAP_CONFIG_OFF, 0, true,
	  IMAGE_EFI_MAPPING_OWN },
	{ "system table above, --noefi", high_table, true, EFI_MAP_CONFIG_IN_PLACE, 0,
	  false, IMAGE_EFI_MAPPING_NONE },
	{ "system table last", table_at_the_end, false, EFI_MAP_CONFIG_IN_PLACE, 0,
	  false, IMAGE_EFI_MAPPING_OWN },
	{ "system table across", table_across_the_end, false, EFI_MAP_CONFIG_IN_PLACE,
	  -ENOTSUP, false, IMAGE_EFI_MAPPING_OWN },
	{ "array above", high_array, false, EFI_MAP_CONFIG_DEFAULT, 0, true,
	  IMAGE_EFI_MAPPING_OWN },
	{ "array above, asked for", high_array, false, EFI_MAP_CONFIG_IN_PLACE,
	  -ENOTSUP, false, IMAGE_EFI_MAPPING_OWN },
	{ "array last", array_at_the_end, false, EFI_MAP_CONFIG_IN_PLACE, 0, false,
	  IMAGE_EFI_MAPPING_OWN },
	{ "array across", array_across_the_end, false, EFI_MAP_CONFIG_IN_PLACE,
	  -ENOTSUP, false, IMAGE_EFI_MAPPING_OWN },
	{ "no array, asked for", low_table_no_array, false, EFI_MAP_CONFIG_IN_PLACE,
	  -ENODATA, false, IMAGE_EFI_MAPPING_NONE },
};
/* clang-format on */

static void own_map_case(void **state)
{
	const struct own_map_case *row = *state;
	struct options options = { .noefi = row->noefi, .efi_map_config = row->wish };
	struct machine machine = { .efi = usual };
	struct load_request request = { .options = &options, .machine = &machine };
	_cleanup_efi_handover_ struct efi_handover handover = { 0 };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_error_ struct error err = { 0 };
	char address[32];

	row->change(&machine.efi);
	snprintf(address, sizeof(address), "%#llx",
		 (unsigned long long)machine.efi.config_table_array);
	image.registers.mode = IMAGE_ENTRY_32BIT;
	assert_int_equal(
		efi_handover_prepare(&request, EFI_KEXEC, &image, &handover, &err),
		row->rc);
	assert_int_equal(image.efi_mapping, row->mapping);
	assert_int_equal(image.warnings.count, row->warned);
	if (row->warned)
		assert_non_null(strstr(image.warnings.items[0], address));
	if (row->rc == -ENOTSUP)
		assert_message(&err, address);
	if (!row->rc)
		assert_int_equal(handover.given, !row->noefi);
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
	struct options options = { 0 };
	struct machine machine = { .efi = usual };
	struct load_request request = { .options = &options, .machine = &machine };
	_cleanup_efi_handover_ struct efi_handover handover = { 0 };
	_cleanup_image_ struct image image = { 0 };
	struct boot_params boot_params = { 0 };
	const uint8_t *info = (const uint8_t *)&boot_params + 0x1c0;
	const uint8_t *setup = (const uint8_t *)&handover.setup_data;
	uint32_t size = row->descriptor_size;
	size_t i;

	machine.efi.descriptor_size = size;
	assert_int_equal(
		efi_handover_prepare(&request, EFI_KEXEC, &image, &handover, NULL), 0);
	assert_int_equal(handover.memory_map_size, size * COUNT(runtime_map));
	for (i = 0; i < COUNT(runtime_map); i++)
		check_descriptor(handover.memory_map + i * size, &runtime_map[i], size);

	efi_handover_fill(&handover, 0x1ffffe000ull, &boot_params);
	assert_memory_equal(info, "EL64", 4);
	assert_int_equal(get_le(info + 4, 4), SYSTEM_TABLE & 0xffffffff);
	assert_int_equal(get_le(info + 8, 4), size);
	assert_int_equal(get_le(info + 12, 4), 1);
	assert_int_equal(get_le(info + 16, 4), 0xffffe000);
	assert_int_equal(get_le(info + 20, 4), size * COUNT(runtime_map));
	assert_int_equal(get_le(info + 24, 4), SYSTEM_TABLE >> 32);
	assert_int_equal(get_le(info + 28, 4), 1);

	assert_int_equal(sizeof(handover.setup_data), 96);
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
	       RUN_TABLE(own_map_case, own_map_cases) +
	       RUN_TABLE(descriptor_size_is_kept, size_cases);
}
