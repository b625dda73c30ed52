/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine with EFI tables that no page table maps. */
#ifndef TESTS_UNIT_EFI_TABLE_MACHINE_H
#define TESTS_UNIT_EFI_TABLE_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "purgatory/efi.h"
#include "simulated_paging.h"

#define OWN_CODE   MIB(256)
#define POOL_START MIB(32)

/* Addresses of the firmware's data, all unmapped and far from each other. */
#define SYSTEM_TABLE 0x0c3f5eb018ull
#define ARRAY	     0x0230200098ull
#define BLOB	     0x0340000ff0ull
#define SECRETS	     0x0480000000ull
#define CPUID	     0x05c0001000ull

/*
 * A GUID as efivar prints it, in memory order: the first three fields are little-endian.
 */
static const uint8_t cc_guid[16] = { 0x5f, 0x1f, 0x7b, 0x06, 0x26, 0xcf, 0xc5, 0x44,
				     0x85, 0x54, 0x93, 0xd7, 0x77, 0x91, 0x2d, 0x42 };

struct machine {
	struct paging paging;
	struct purgatory_identity_map from;
	struct efi_map_result result;
};

static inline void put(struct machine *machine, uint64_t address, const void *data,
		       size_t size)
{
	memcpy((void *)(machine->paging.memory.base + address), data, size);
}

static inline void put_u64(struct machine *machine, uint64_t address, uint64_t value)
{
	put(machine, address, &value, sizeof(value));
}

static inline void put_u32(struct machine *machine, uint64_t address, uint32_t value)
{
	put(machine, address, &value, sizeof(value));
}

static inline uint64_t get_u64(const struct machine *machine, uint64_t address)
{
	uint64_t value;

	memcpy(&value, (void *)(machine->paging.memory.base + address), sizeof(value));
	return value;
}

/* The address in an entry of the array. */
static inline uint64_t pointer(const struct machine *machine, unsigned int index)
{
	return get_u64(machine, ARRAY + index * 24 + 16);
}

static inline void put_entry(struct machine *machine, unsigned int index,
			     const uint8_t *name, uint64_t address)
{
	put(machine, ARRAY + index * 24, name, 16);
	put_u64(machine, ARRAY + index * 24 + 16, address);
}

/* Makes count entries. The CC blob, if present, is the last one. */
static inline void put_tables(struct machine *machine, uint64_t array, uint64_t count,
			      uint64_t blob)
{
	put(machine, SYSTEM_TABLE, "IBI SYST", 8);
	put_u64(machine, SYSTEM_TABLE + 104, count);
	/* A virtual address, which must not be followed. */
	put_u64(machine, SYSTEM_TABLE + 112, 0xffffffff12345678ull);
	if (blob) {
		put(machine, array + (count - 1) * 24, cc_guid, 16);
		put_u64(machine, array + (count - 1) * 24 + 16, blob);
	}
}

static inline void put_blob(struct machine *machine, uint64_t secrets,
			    uint32_t secrets_length, uint64_t cpuid,
			    uint32_t cpuid_length)
{
	put_u32(machine, BLOB, 0x45444d41);
	put_u64(machine, BLOB + 8, secrets);
	put_u32(machine, BLOB + 16, secrets_length);
	put_u64(machine, BLOB + 24, cpuid);
	put_u32(machine, BLOB + 32, cpuid_length);
}

static inline void machine_create(struct machine *machine, unsigned int levels,
				  uint64_t mask)
{
	paging_create(&machine->paging, levels, mask);
	paging_map(&machine->paging, OWN_CODE, MIB(2));
	machine->from = (struct purgatory_identity_map){
		.system_table = SYSTEM_TABLE,
		.config_table_array = ARRAY,
		.pool_start = POOL_START,
		.pool_end = POOL_START + IDENTITY_MAP_POOL_PAGES * 4096,
		.ram_end = GIB(32),
		.physical_limit = SIMULATED_BYTES,
	};
}

static inline void walk(struct machine *machine)
{
	struct identity_map map;

	assert_int_equal(
		identity_map_init(&map, machine->paging.memory, machine->paging.root,
				  machine->paging.levels == 5, OWN_CODE, &machine->from),
		IDENTITY_MAP_OK);
	machine->result = (struct efi_map_result){ 0 };
	if (machine->from.system_table)
		efi_map_tables(&map, machine->from.system_table,
			       machine->from.config_table_array, &machine->result);
	if (machine->from.cc_blob)
		efi_map_setup_data_blob(&map, machine->from.cc_blob, &machine->result);
}

static inline void check_mapped(const struct machine *machine, enum efi_area_id id,
				uint64_t start, uint64_t end, uint64_t pages)
{
	const struct efi_area *area = &machine->result.areas[id];

	assert_int_equal(area->status, EFI_AREA_MAPPED);
	assert_false(efi_area_was_skipped(area));
	assert_int_equal(area->start, start);
	assert_int_equal(area->end, end);
	assert_int_equal(area->pages_added, pages);
	assert_true(paging_is_identity(&machine->paging, start, end));
}

static inline void check_skipped(const struct machine *machine, enum efi_area_id id,
				 enum efi_area_status status, const char *reason)
{
	const struct efi_area *area = &machine->result.areas[id];

	assert_int_equal(area->status, status);
	assert_true(efi_area_was_skipped(area));
	assert_string_equal(efi_area_reason(area), reason);
}

/*
 * Checks that area id and the areas after it, which only it leads to, were not reached.
 */
static inline void check_not_reached(const struct machine *machine, enum efi_area_id id)
{
	for (int i = id; i < EFI_AREAS; i++)
		assert_int_equal(machine->result.areas[i].status, EFI_AREA_NOT_REACHED);
}

static inline bool page_is_mapped(const struct machine *machine, uint64_t address)
{
	uint64_t physical, leaf, page_bytes;

	return paging_translate(&machine->paging, address, &physical, &leaf, &page_bytes);
}

#endif
