// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/arch/x86_64/efi_boot_data.c: EFI boot data for a kernel that is
 * entered in 32-bit mode.
 */
#include <errno.h>

#include "purgatory_params_fixture.h"

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

/*
 * The table is 120 bytes (UEFI specification 2.10, 4.3), an entry of the array 24 (4.6).
 */
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

/* clang-format off */
/* A kernel entered in 32-bit mode maps only 0 to 4 GiB by itself. */
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
	_cleanup_fixture_ struct fixture fixture = { 0 };
	char address[32];

	set_fixture(row->change, row->noefi, row->wish, &fixture);
	snprintf(address, sizeof(address), "%#llx",
		 (unsigned long long)fixture.machine.efi.config_table_array);
	fixture.image.registers.mode = IMAGE_ENTRY_32BIT;
	assert_int_equal(prepare(&fixture, EFI_KEXEC), row->rc);
	assert_int_equal(fixture.image.efi.mapping, row->mapping);
	assert_int_equal(fixture.image.warnings.count, row->warned);
	if (row->warned)
		assert_non_null(strstr(fixture.image.warnings.items[0], address));
	if (row->rc == -ENOTSUP)
		assert_message(&fixture.err, address);
	if (!row->rc)
		assert_int_equal(fixture.params.given, !row->noefi);
}

int main(void)
{
	return RUN_TABLE(own_map_case, own_map_cases);
}
