/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small physical memory with config tables, for the tests of efi_table_examine. A read
 * outside of it ends the test: on a real machine it could disturb a device.
 */
#ifndef TESTS_TABLE_MEMORY_H
#define TESTS_TABLE_MEMORY_H

#include "efi/efi_table_layout.h"
#include "fixtures.h"

/* Areas of memory. The addresses between them are not memory. */
#define TABLE	   0x10018ull /* most tests have their table here */
#define LOW_START  0x10000ull
#define LOW_END	   0x30000ull
#define SHUT_START 0x40000ull /* memory that cannot be read */
#define SHUT_END   0x100000ull
#define BIG_START  0x1000000ull
#define BIG_END	   0x3000000ull
#define TOP_START  (UINT64_MAX - 0xfff)
#define TOP_END	   UINT64_MAX

#define PARTS	   8
#define POKES	   40

struct table_area {
	uint64_t start, end;
	uint8_t *bytes; /* NULL: cannot be read */
};

struct table_memory {
	struct table_area areas[4];
	struct efi_table_budget budget;
	struct efi_table_source source;
	struct efi_config_table table; /* the one that was examined last */
	size_t reads;
};

/* A number of width bytes at a physical address; width 0 ends a list. */
struct memory_poke {
	uint64_t address;
	unsigned width;
	uint64_t value;
};

static inline const struct table_area *find_area(const struct table_memory *memory,
						 uint64_t address)
{
	size_t i;

	for (i = 0; i < COUNT(memory->areas); i++) {
		if (address >= memory->areas[i].start && address < memory->areas[i].end)
			return &memory->areas[i];
	}
	return NULL;
}

static inline bool table_memory_is_memory(void *context, uint64_t start, uint64_t end)
{
	const struct table_area *area = find_area(context, start);

	assert_true(start < end);
	return area && end <= area->end;
}

static inline int table_memory_read(void *context, uint64_t address, void *buffer,
				    size_t size, struct error *err)
{
	struct table_memory *memory = context;
	const struct table_area *area = find_area(memory, address);

	memory->reads++;
	if (!area || size > area->end - address)
		return error_set(err, ENXIO, "no memory of %zu bytes at 0x%llx", size,
				 (unsigned long long)address);
	if (!area->bytes)
		return error_set(err, EPERM, "0x%llx is kept from us",
				 (unsigned long long)address);
	memcpy(buffer, area->bytes + (address - area->start), size);
	return 0;
}

static inline void table_memory_make(struct table_memory *memory)
{
	size_t i;

	*memory = (struct table_memory){
		.areas = { { LOW_START, LOW_END, NULL },
			   { BIG_START, BIG_END, NULL },
			   { TOP_START, TOP_END, NULL },
			   { SHUT_START, SHUT_END, NULL } },
		.budget = EFI_TABLE_BUDGET,
	};
	for (i = 0; i < 3; i++) {
		struct table_area *area = &memory->areas[i];

		area->bytes = calloc(1, area->end - area->start);
		assert_non_null(area->bytes);
	}
	memory->source = (struct efi_table_source){ table_memory_read,
						    table_memory_is_memory, memory,
						    &memory->budget };
}

static inline void table_memory_clear(struct table_memory *memory)
{
	size_t i;

	for (i = 0; i < COUNT(memory->areas); i++)
		free(memory->areas[i].bytes);
	free(memory->table.parts);
	free(memory->table.problem);
}

#define _cleanup_table_memory_ _cleanup_(table_memory_clear)

static inline uint8_t *memory_at(const struct table_memory *memory, uint64_t address)
{
	const struct table_area *area = find_area(memory, address);

	assert_true(area && area->bytes);
	return area->bytes + (address - area->start);
}

static inline void poke_memory(struct table_memory *memory,
			       const struct memory_poke *pokes, size_t count)
{
	size_t i;

	for (i = 0; i < count && pokes[i].width; i++)
		put_le(memory_at(memory, pokes[i].address), pokes[i].width,
		       pokes[i].value);
}

/* Sets the byte at address so that the bytes of [start, start + size) add up to 0. */
static inline void make_sum(struct table_memory *memory, uint64_t start, size_t size,
			    uint64_t address)
{
	const uint8_t *bytes = memory_at(memory, start);
	uint8_t sum = 0;
	size_t i;

	*memory_at(memory, address) = 0;
	for (i = 0; i < size; i++)
		sum = (uint8_t)(sum + bytes[i]);
	*memory_at(memory, address) = (uint8_t)-sum;
}

static inline void examine(struct table_memory *memory, enum efi_table_kind kind,
			   uint64_t address, bool checksums)
{
	_cleanup_error_ struct error err = { 0 };

	memory->table.kind = kind;
	memory->table.address = address;
	assert_int_equal(
		efi_table_examine(&memory->source, checksums, &memory->table, &err), 0);
	assert_null(err.message);
	assert_int_equal(memory->table.state == EFI_TABLE_INTACT ||
				 memory->table.state == EFI_TABLE_NOT_EXAMINED ||
				 memory->table.state == EFI_TABLE_USED_UP ||
				 memory->table.state == EFI_TABLE_DROPPED,
			 !memory->table.problem);
}

/* Compares the parts with exactly these. An end of 0 ends the list. */
static inline void assert_parts(const struct efi_config_table *table,
				const struct efi_table_part parts[PARTS])
{
	size_t i;

	for (i = 0; i < PARTS && parts[i].end; i++) {
		assert_true(i < table->part_count);
		assert_int_equal(table->parts[i].start, parts[i].start);
		assert_int_equal(table->parts[i].end, parts[i].end);
	}
	assert_int_equal(table->part_count, i);
}

/* A table, the changes to it, and the expected result. */
struct table_case {
	const char *name;
	enum efi_table_kind kind;
	struct memory_poke pokes[POKES];
	enum efi_table_state state;
	const char *problem; /* part of the expected problem; NULL: no problem */
	struct efi_table_part parts[PARTS];
};

static inline void check_table_case(void **state)
{
	const struct table_case *row = *state;
	_cleanup_table_memory_ struct table_memory memory;

	table_memory_make(&memory);
	poke_memory(&memory, row->pokes, POKES);
	examine(&memory, row->kind, TABLE, true);
	if (row->problem && !memory.table.problem)
		fail_msg("it found no fault");
	if (memory.table.problem &&
	    (!row->problem || !strstr(memory.table.problem, row->problem)))
		fail_msg("it said \"%s\"", memory.table.problem);
	assert_int_equal(memory.table.state, row->state);
	assert_parts(&memory.table, row->parts);
}

#endif
