// SPDX-License-Identifier: GPL-2.0-only
/* Random calls of the memory map against a model with one array element per address. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "memory/memory_map.h"

#define MODEL_PAGES 64u

/* 0 means a gap. */
static const enum memory_type model_types[] = { 0, MEMORY_RAM, MEMORY_RESERVED,
						MEMORY_ACPI_NVS };

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void assert_equals_model(const struct memory_map *map,
				const enum memory_type *model)
{
	struct memory_range expected[MODEL_PAGES];
	size_t count = 0, i;

	for (i = 0; i < MODEL_PAGES; i++) {
		if (!model[i])
			continue;
		if (count && expected[count - 1].end == i &&
		    expected[count - 1].type == model[i]) {
			expected[count - 1].end = i + 1;
			continue;
		}
		expected[count++] = (struct memory_range){ i, i + 1, model[i] };
	}
	assert_int_equal(map->count, count);
	for (i = 0; i < count; i++) {
		assert_int_equal(map->ranges[i].start, expected[i].start);
		assert_int_equal(map->ranges[i].end, expected[i].end);
		assert_int_equal(map->ranges[i].type, expected[i].type);
	}
}

/* Tries every place: this is the definition of find_hole's result. */
static bool model_hole(const enum memory_type *model,
		       const struct memory_hole_request *request, uint64_t *start)
{
	bool found = false;
	uint64_t at, i;

	for (at = 0; at + request->size <= MODEL_PAGES; at++) {
		bool fits = at % request->alignment == 0 && at >= request->min &&
			    at + request->size <= request->max;

		for (i = at; fits && i < at + request->size; i++)
			fits = model[i] == MEMORY_RAM;
		if (!fits)
			continue;
		*start = at;
		found = true;
		if (!request->highest)
			break;
	}
	return found;
}

static void compare_hole(const struct memory_map *map, const enum memory_type *model,
			 uint64_t *seed)
{
	struct memory_hole_request request = {
		.size = 1 + next_random(seed) % 8,
		.alignment = 1ull << next_random(seed) % 4,
		.min = next_random(seed) % MODEL_PAGES,
		.max = next_random(seed) % (MODEL_PAGES + 1),
		.highest = next_random(seed) & 1,
	};
	uint64_t expected = 0, start = 0;
	bool found = model_hole(model, &request, &expected);

	assert_int_equal(memory_map_find_hole(map, MEMORY_RAM, &request, &start),
			 found ? 0 : -ENOSPC);
	assert_int_equal(start, expected);
}

static void test_random_calls(void **state)
{
	_cleanup_memory_map_ struct memory_map map = { 0 };
	enum memory_type model[MODEL_PAGES] = { 0 };
	uint64_t seed = 0x6b65786563656669ull;
	unsigned turn;

	(void)state;
	for (turn = 0; turn < 100000; turn++) {
		uint64_t start = next_random(&seed) % MODEL_PAGES, i;
		uint64_t end = start + next_random(&seed) % (MODEL_PAGES - start + 1);
		enum memory_type type = model_types[next_random(&seed) % 4];
		enum memory_type from = model_types[1 + next_random(&seed) % 3];
		bool retype = type && (next_random(&seed) & 1);
		int rc;

		for (i = start; i < end; i++) {
			if (!retype || model[i] == from)
				model[i] = type;
		}
		if (retype)
			rc = memory_map_retype(&map, start, end, from, type);
		else if (type)
			rc = memory_map_set(&map, start, end, type);
		else
			rc = memory_map_remove(&map, start, end);
		assert_int_equal(rc, 0);
		assert_equals_model(&map, model);
		compare_hole(&map, model, &seed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
