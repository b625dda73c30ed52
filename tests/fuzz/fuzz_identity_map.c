// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables and EFI tables with any contents: no byte outside memory is touched, the
 * walk ends, and no present entry changes.
 *
 * Input: struct input, then any number of struct poke; all other memory is zero.
 */
#include <stdlib.h>
#include <string.h>

#include "purgatory/efi.h"

#define MEMORY_BYTES (64u * 4096)
#define POOL_START   (56u * 4096)
#define PRESENT	     1u

struct input {
	struct purgatory_identity_map from;
	uint64_t cr3;
	uint64_t own_address;
	uint64_t la57;
};

/* One word of memory; the index is taken modulo the size of memory. */
struct poke {
	uint16_t index;
	uint64_t value;
} __attribute__((packed));

/* Static for speed; the address sanitizer watches their ends. */
static uint64_t memory[MEMORY_BYTES / sizeof(uint64_t)] __attribute__((aligned(4096)));
static uint64_t before[MEMORY_BYTES / sizeof(uint64_t)];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Only absent entries may have changed; the pool may change freely. */
static void check_unchanged(void)
{
	for (size_t i = 0; i < POOL_START / sizeof(*before); i++)
		if (before[i] != memory[i] && (before[i] & PRESENT))
			abort();
}

static void check_result(const struct identity_map *map,
			 const struct efi_map_result *result)
{
	if (map->pool_next < POOL_START || map->pool_next > map->pool_end)
		abort();
	for (unsigned int id = 0; id < EFI_AREAS; id++) {
		const struct efi_area *area = &result->areas[id];

		if (area->end < area->start)
			abort();
		if (area->status == EFI_AREA_MAPPED && area->end > map->limit)
			abort();
		if (!strlen(efi_area_reason(area)))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct efi_map_result result;
	struct identity_map map;
	struct input input;
	struct poke poke;

	if (size < sizeof(input))
		return 0;
	memcpy(&input, data, sizeof(input));
	data += sizeof(input);
	size -= sizeof(input);

	memset(memory, 0, sizeof(memory));
	for (; size >= sizeof(poke); data += sizeof(poke), size -= sizeof(poke)) {
		memcpy(&poke, data, sizeof(poke));
		memory[poke.index % (MEMORY_BYTES / sizeof(*memory))] = poke.value;
	}
	memcpy(before, memory, MEMORY_BYTES);

	/* The pool belongs to the loader; only its remaining size may vary. */
	input.from.pool_start = POOL_START;
	input.from.pool_end = POOL_START + input.from.pool_end % 9 * SMALL_PAGE_BYTES;
	if (!identity_map_init(&map,
			       (struct physical_memory){ .base = (uintptr_t)memory,
							 .size = MEMORY_BYTES },
			       input.cr3, input.la57 & 1, input.own_address,
			       &input.from)) {
		efi_map_tables(&map, input.from.system_table,
			       input.from.config_table_array, &result);
		efi_map_setup_data_blob(&map, input.from.cc_blob, &result);
		check_result(&map, &result);
	}
	check_unchanged();
	return 0;
}
