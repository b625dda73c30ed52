/* SPDX-License-Identifier: GPL-2.0-only */
/* EFI boot data for the tests: a machine of the usual kind, and the result of a load. */
#ifndef TESTS_UNIT_PURGATORY_PARAMS_FIXTURE_H
#define TESTS_UNIT_PURGATORY_PARAMS_FIXTURE_H

#include "arch/x86_64/efi_boot_data.h"
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

static inline void no_array(struct efi_facts *efi)
{
	efi->config_table_array = 0;
}

/* A load on the usual machine, and the expected EFI boot data. */
struct fixture {
	struct options options;
	struct machine machine;
	struct efi_boot_data params;
	struct image image;
	struct error err;
};

static inline void fixture_clear(struct fixture *fixture)
{
	efi_boot_data_clear(&fixture->params);
	image_clear(&fixture->image);
	error_clear(&fixture->err);
}

#define _cleanup_fixture_ _cleanup_(fixture_clear)

/* Makes the usual machine with this change and these options. */
static inline void set_fixture(void (*change)(struct efi_facts *efi), bool noefi,
			       enum efi_map_config wish, struct fixture *fixture)
{
	fixture->options.noefi = noefi;
	fixture->options.efi_map_config = wish;
	fixture->machine.efi = usual;
	change(&fixture->machine.efi);
}

static inline int prepare(struct fixture *fixture, uint16_t xloadflags)
{
	struct load_request request = { .options = &fixture->options,
					.machine = &fixture->machine };

	return efi_boot_data_prepare(&request, xloadflags, &fixture->image,
				     &fixture->params, &fixture->err);
}

#endif
