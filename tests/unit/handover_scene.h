/* SPDX-License-Identifier: GPL-2.0-only */
/* Handing EFI over: a machine of the usual kind, and what becomes of it. */
#ifndef TESTS_UNIT_HANDOVER_SCENE_H
#define TESTS_UNIT_HANDOVER_SCENE_H

#include "arch/x86_64/efi_handover.h"
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

/* One load on the usual machine, and what becomes of EFI. */
struct scene {
	struct options options;
	struct machine machine;
	struct efi_handover handover;
	struct image image;
	struct error err;
};

static inline void scene_clear(struct scene *scene)
{
	efi_handover_clear(&scene->handover);
	image_clear(&scene->image);
	error_clear(&scene->err);
}

#define _cleanup_scene_ _cleanup_(scene_clear)

/* The usual machine but for this change, and these options. */
static inline void set_scene(void (*change)(struct efi_facts *efi), bool noefi,
			     enum efi_map_config wish, struct scene *scene)
{
	scene->options.noefi = noefi;
	scene->options.efi_map_config = wish;
	scene->machine.efi = usual;
	change(&scene->machine.efi);
}

static inline int prepare(struct scene *scene, uint16_t xloadflags)
{
	struct load_request request = { .options = &scene->options,
					.machine = &scene->machine };

	return efi_handover_prepare(&request, xloadflags, &scene->image, &scene->handover,
				    &scene->err);
}

#endif
