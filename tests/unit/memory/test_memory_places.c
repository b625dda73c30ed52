// SPDX-License-Identifier: GPL-2.0-only
/* The places that fit a request, against a search that tries every address. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "memory/memory_places.h"

#define MODEL_END 96u

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void make_map(uint64_t *seed, struct memory_map *map)
{
	int i;

	for (i = 0; i < 8; i++) {
		uint64_t start = next_random(seed) % MODEL_END;
		uint64_t end = start + next_random(seed) % (MODEL_END - start + 1);

		assert_int_equal(
			memory_map_set(map, start, end,
				       i % 3 == 2 ? MEMORY_RESERVED : MEMORY_RAM),
			0);
	}
}

static void test_all_places(void **state)
{
	uint64_t seed = 88172645463325252ull;
	int round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		_cleanup_memory_map_ struct memory_map map = { 0 };
		struct memory_hole_request request = {
			.size = 1 + next_random(&seed) % 20,
			.alignment = 1ull << next_random(&seed) % 5,
			.min = next_random(&seed) % 40,
			.max = 50 + next_random(&seed) % 60,
		};
		uint64_t at, number = 0, start;

		make_map(&seed, &map);
		for (at = 0; at < MODEL_END; at++) {
			if (at % request.alignment || at < request.min ||
			    at + request.size > request.max ||
			    !memory_map_is_type(&map, at, at + request.size, MEMORY_RAM))
				continue;
			assert_int_equal(memory_places_find(&map, MEMORY_RAM, &request,
							    number++, &start),
					 0);
			assert_int_equal(start, at);
		}
		assert_int_equal(memory_places_count(&map, MEMORY_RAM, &request), number);
		assert_int_equal(
			memory_places_find(&map, MEMORY_RAM, &request, number, &start),
			-ENOSPC);
	}
}

/* Numbers at the end of the address space do not wrap. */
static void test_limits(void **state)
{
	static const struct memory_hole_request requests[] = {
		{ .size = 0, .alignment = 1, .max = UINT64_MAX },
		{ .size = 1, .alignment = 0, .max = UINT64_MAX },
		{ .size = 1, .alignment = 3, .max = UINT64_MAX },
		{ .size = UINT64_MAX, .alignment = 1, .max = UINT64_MAX },
		{ .size = 1, .alignment = 1ull << 63, .min = 1, .max = UINT64_MAX },
		{ .size = 8192, .alignment = 4096, .max = UINT64_MAX },
		{ .size = 1, .alignment = 1, .min = UINT64_MAX, .max = UINT64_MAX },
		{ .size = 1, .alignment = 1, .min = UINT64_MAX - 5, .max = 7 },
	};
	_cleanup_memory_map_ struct memory_map map = { 0 };
	const struct memory_hole_request last = { .size = 4095,
						  .alignment = 4096,
						  .max = UINT64_MAX };
	uint64_t start;
	size_t i;

	(void)state;
	assert_int_equal(memory_map_set(&map, UINT64_MAX - 4095, UINT64_MAX, MEMORY_RAM),
			 0);
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		assert_int_equal(memory_places_count(&map, MEMORY_RAM, &requests[i]), 0);
	assert_int_equal(memory_places_count(&map, MEMORY_RAM, &last), 1);
	assert_int_equal(memory_places_find(&map, MEMORY_RAM, &last, 0, &start), 0);
	assert_int_equal(start, UINT64_MAX - 4095);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_places),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
