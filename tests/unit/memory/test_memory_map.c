// SPDX-License-Identifier: GPL-2.0-only
/* Operations on ranges of the memory map, as tables of cases. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "memory/memory_map.h"

#define RAM MEMORY_RAM
#define RSV MEMORY_RESERVED
#define NVS MEMORY_ACPI_NVS

static void assert_map(const struct memory_map *map, const struct memory_range *expected,
		       size_t count)
{
	size_t i;

	assert_int_equal(map->count, count);
	for (i = 0; i < count; i++) {
		assert_int_equal(map->ranges[i].start, expected[i].start);
		assert_int_equal(map->ranges[i].end, expected[i].end);
		assert_int_equal(map->ranges[i].type, expected[i].type);
	}
}

enum operation { SET, REMOVE, RETYPE_RAM };

struct step {
	enum operation operation;
	uint64_t start, end;
	enum memory_type type;
};

static const struct {
	const char *name;
	struct step steps[4];
	struct memory_range expected[5];
} algebra[] = {
	{ "one range", { { SET, 1, 2, RAM } }, { { 1, 2, RAM } } },
	{ "empty range", { { SET, 5, 5, RAM } }, { { 0 } } },
	{ "touching neighbours of one type join",
	  { { SET, 0, 2, RAM }, { SET, 4, 6, RAM }, { SET, 2, 4, RAM } },
	  { { 0, 6, RAM } } },
	{ "touching neighbours of two types stay apart",
	  { { SET, 0, 2, RAM }, { SET, 2, 4, RSV } },
	  { { 0, 2, RAM }, { 2, 4, RSV } } },
	{ "inner range splits the outer",
	  { { SET, 0, 9, RAM }, { SET, 3, 5, RSV } },
	  { { 0, 3, RAM }, { 3, 5, RSV }, { 5, 9, RAM } } },
	{ "inner range of the same type changes nothing",
	  { { SET, 0, 9, RAM }, { SET, 3, 5, RAM } },
	  { { 0, 9, RAM } } },
	{ "outer range swallows",
	  { { SET, 2, 3, RAM }, { SET, 4, 5, NVS }, { SET, 1, 9, RSV } },
	  { { 1, 9, RSV } } },
	{ "overlap from below",
	  { { SET, 4, 8, RAM }, { SET, 2, 6, RSV } },
	  { { 2, 6, RSV }, { 6, 8, RAM } } },
	{ "overlap from above",
	  { { SET, 4, 8, RAM }, { SET, 6, 10, RSV } },
	  { { 4, 6, RAM }, { 6, 10, RSV } } },
	{ "remove the middle",
	  { { SET, 0, 9, RAM }, { REMOVE, 3, 5, 0 } },
	  { { 0, 3, RAM }, { 5, 9, RAM } } },
	{ "remove across two ranges",
	  { { SET, 0, 4, RAM }, { SET, 4, 8, RSV }, { REMOVE, 2, 6, 0 } },
	  { { 0, 2, RAM }, { 6, 8, RSV } } },
	{ "remove what is not there", { { REMOVE, 2, 6, 0 } }, { { 0 } } },
	{ "remove everything",
	  { { SET, 1, 2, RAM }, { SET, 3, 4, RSV }, { REMOVE, 0, UINT64_MAX, 0 } },
	  { { 0 } } },
	{ "retype leaves other types and gaps",
	  { { SET, 0, 4, RAM },
	    { SET, 4, 6, NVS },
	    { SET, 8, 9, RAM },
	    { RETYPE_RAM, 2, 20, RSV } },
	  { { 0, 2, RAM }, { 2, 4, RSV }, { 4, 6, NVS }, { 8, 9, RSV } } },
	{ "retype joins with its new neighbours",
	  { { SET, 0, 2, RSV },
	    { SET, 2, 4, RAM },
	    { SET, 4, 6, RSV },
	    { RETYPE_RAM, 0, 9, RSV } },
	  { { 0, 6, RSV } } },
	{ "retype inside one range",
	  { { SET, 0, 9, RAM }, { RETYPE_RAM, 3, 4, RSV } },
	  { { 0, 3, RAM }, { 3, 4, RSV }, { 4, 9, RAM } } },
	{ "retype to the same type",
	  { { SET, 0, 9, RAM }, { RETYPE_RAM, 3, 4, RAM } },
	  { { 0, 9, RAM } } },
	{ "the whole address space",
	  { { SET, 0, UINT64_MAX, RAM },
	    { SET, UINT64_MAX - 1, UINT64_MAX, RSV },
	    { SET, 0, 1, NVS } },
	  { { 0, 1, NVS },
	    { 1, UINT64_MAX - 1, RAM },
	    { UINT64_MAX - 1, UINT64_MAX, RSV } } },
};

static int run_step(struct memory_map *map, const struct step *step)
{
	switch (step->operation) {
	case SET:
		return memory_map_set(map, step->start, step->end, step->type);
	case REMOVE:
		return memory_map_remove(map, step->start, step->end);
	case RETYPE_RAM:
		return memory_map_retype(map, step->start, step->end, RAM, step->type);
	}
	return -EINVAL;
}

static void test_algebra(void **state)
{
	size_t i, j, count;

	(void)state;
	for (i = 0; i < sizeof(algebra) / sizeof(algebra[0]); i++) {
		_cleanup_memory_map_ struct memory_map map = { 0 };

		print_message("  %s\n", algebra[i].name);
		for (j = 0; j < 4 && algebra[i].steps[j].end; j++)
			assert_int_equal(run_step(&map, &algebra[i].steps[j]), 0);
		for (count = 0; count < 5 && algebra[i].expected[count].end; count++)
			;
		assert_map(&map, algebra[i].expected, count);
	}
}

static void test_end_before_start(void **state)
{
	static const struct memory_range expected[] = { { 4, 8, RAM } };
	_cleanup_memory_map_ struct memory_map map = { 0 };

	(void)state;
	assert_int_equal(memory_map_set(&map, 4, 8, RAM), 0);
	assert_int_equal(memory_map_set(&map, 6, 5, RSV), -EINVAL);
	assert_int_equal(memory_map_remove(&map, 6, 5), -EINVAL);
	assert_int_equal(memory_map_retype(&map, 6, 5, RAM, RSV), -EINVAL);
	assert_map(&map, expected, 1);
}

static void test_copies(void **state)
{
	static const struct memory_range all[] = { { 0, 2, RAM },
						   { 2, 4, RSV },
						   { 6, 8, RAM } };
	static const struct memory_range ram[] = { { 0, 2, RAM }, { 6, 8, RAM } };
	_cleanup_memory_map_ struct memory_map map = { 0 }, copy = { 0 }, part = { 0 },
					       none = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(memory_map_copy(&map, &none), 0);
	assert_int_equal(none.count, 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(
			memory_map_set(&map, all[i].start, all[i].end, all[i].type), 0);
	assert_int_equal(memory_map_copy(&map, &copy), 0);
	assert_int_equal(memory_map_copy_type(&map, RAM, &part), 0);
	assert_int_equal(memory_map_copy_type(&map, NVS, &none), 0);
	assert_map(&copy, all, 3);
	assert_map(&part, ram, 2);
	assert_int_equal(none.count, 0);
	/* A copy has no spare room, so the next calls make it grow. */
	assert_int_equal(memory_map_set(&part, 1, 7, RSV), 0);
	assert_int_equal(memory_map_set(&part, 3, 4, NVS), 0);
	assert_int_equal(part.count, 5);
	assert_map(&map, all, 3);
}

static void test_questions(void **state)
{
	_cleanup_memory_map_ struct memory_map map = { 0 };

	(void)state;
	assert_null(memory_map_find(&map, 0));
	assert_int_equal(memory_map_end_of(&map, RAM), 0);
	assert_int_equal(memory_map_set(&map, 0x1000, 0x3000, RAM), 0);
	assert_int_equal(memory_map_set(&map, 0x3000, 0x4000, RSV), 0);
	assert_int_equal(memory_map_set(&map, 0x8000, 0x9000, RAM), 0);

	assert_null(memory_map_find(&map, 0xfff));
	assert_ptr_equal(memory_map_find(&map, 0x1000), &map.ranges[0]);
	assert_ptr_equal(memory_map_find(&map, 0x2fff), &map.ranges[0]);
	assert_ptr_equal(memory_map_find(&map, 0x3000), &map.ranges[1]);
	assert_null(memory_map_find(&map, 0x4000));
	assert_null(memory_map_find(&map, UINT64_MAX));

	assert_true(memory_map_is_type(&map, 0x1000, 0x3000, RAM));
	assert_true(memory_map_is_type(&map, 0x5000, 0x5000, RAM));
	assert_false(memory_map_is_type(&map, 0x1000, 0x3001, RAM));
	assert_false(memory_map_is_type(&map, 0xfff, 0x3000, RAM));
	assert_false(memory_map_is_type(&map, 0x1000, 0x9000, RAM));
	assert_false(memory_map_is_type(&map, 0x3000, 0x1000, RAM));
	assert_false(memory_map_is_type(&map, 0x3000, 0x4000, RAM));

	assert_true(memory_map_has_type(&map, 0, 0x1001, RAM));
	assert_false(memory_map_has_type(&map, 0, 0x1000, RAM));
	assert_true(memory_map_has_type(&map, 0x2fff, 0x3001, RSV));
	assert_true(memory_map_has_type(&map, 0x3000, 0x8001, RAM));
	assert_false(memory_map_has_type(&map, 0x3000, 0x8000, RAM));
	assert_false(memory_map_has_type(&map, 0x1000, 0x1000, RAM));
	assert_false(memory_map_has_type(&map, 0x2000, 0x1000, RAM));

	assert_int_equal(memory_map_end_of(&map, RAM), 0x9000);
	assert_int_equal(memory_map_end_of(&map, RSV), 0x4000);
	assert_int_equal(memory_map_end_of(&map, NVS), 0);
	assert_int_equal(memory_map_total(&map, RAM), 0x3000);
}

static const struct {
	const char *name;
	struct memory_hole_request request;
	uint64_t expected; /* 0: none */
} holes[] = {
	{ "lowest", { 0x1000, 0x1000, 0, UINT64_MAX, false }, 0x1000 },
	{ "highest", { 0x1000, 0x1000, 0, UINT64_MAX, true }, UINT64_MAX - 0x1fff },
	{ "only the larger range fits",
	  { 0x4000, 0x1000, 0, UINT64_MAX, false },
	  0x10000 },
	{ "exact fit", { 0x2000, 0x1000, 0, 0x3000, true }, 0x1000 },
	{ "one byte too many", { 0x2001, 1, 0, 0x3000, true }, 0 },
	{ "min inside a range", { 0x1000, 0x1000, 0x1001, 0x10000, false }, 0x2000 },
	{ "min leaves too little", { 0x1000, 0x1000, 0x2001, 0x10000, false }, 0 },
	{ "max inside a range", { 0x1000, 0x1000, 0, 0x18fff, true }, 0x17000 },
	{ "alignment lifts", { 0x1000, 0x8000, 0, 0x20000, false }, 0x10000 },
	{ "alignment lowers", { 0x1000, 0x8000, 0, 0x20000, true }, 0x18000 },
	{ "alignment beyond the address space",
	  { 1, 1ull << 63, 0x20001, UINT64_MAX, false },
	  0 },
	{ "max below min", { 1, 1, 0x18000, 0x11000, false }, 0 },
	{ "more than there is", { UINT64_MAX, 1, 0, UINT64_MAX, true }, 0 },
	{ "reserved is not RAM", { 1, 1, 0x3000, 0x10000, false }, 0 },
};

static void test_holes(void **state)
{
	_cleanup_memory_map_ struct memory_map map = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(memory_map_set(&map, 0x1000, 0x3000, RAM), 0);
	assert_int_equal(memory_map_set(&map, 0x3000, 0x10000, RSV), 0);
	assert_int_equal(memory_map_set(&map, 0x10000, 0x20000, RAM), 0);
	assert_int_equal(memory_map_set(&map, UINT64_MAX - 0x2000, UINT64_MAX, RAM), 0);
	for (i = 0; i < sizeof(holes) / sizeof(holes[0]); i++) {
		uint64_t start = 0;
		int rc = memory_map_find_hole(&map, RAM, &holes[i].request, &start);

		print_message("  %s\n", holes[i].name);
		assert_int_equal(rc, holes[i].expected ? 0 : -ENOSPC);
		assert_int_equal(start, holes[i].expected);
	}
}

static void test_bad_hole_requests(void **state)
{
	const struct memory_hole_request size = { 0, 1, 0, 100, false };
	const struct memory_hole_request alignment = { 1, 3, 0, 100, false };
	_cleanup_memory_map_ struct memory_map map = { 0 };
	uint64_t start = 7;

	(void)state;
	assert_int_equal(memory_map_set(&map, 0, 100, RAM), 0);
	assert_int_equal(memory_map_find_hole(&map, RAM, &size, &start), -EINVAL);
	assert_int_equal(memory_map_find_hole(&map, RAM, &alignment, &start), -EINVAL);
	assert_int_equal(start, 7);
}

static void test_type_names(void **state)
{
	static const enum memory_type types[] = {
		MEMORY_RAM,
		MEMORY_RESERVED,
		MEMORY_ACPI_TABLES,
		MEMORY_ACPI_NVS,
		MEMORY_UNUSABLE,
		MEMORY_PERSISTENT,
		MEMORY_PERSISTENT_LEGACY,
		MEMORY_SOFT_RESERVED,
	};
	enum memory_type type = MEMORY_RAM;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_int_equal(memory_type_from_name(memory_type_name(types[i]), &type),
				 0);
		assert_int_equal(type, types[i]);
	}
	assert_string_equal(memory_type_name(MEMORY_RESERVED), "Reserved");
	assert_int_equal(memory_type_from_name("reserved", &type), 0);
	assert_int_equal(type, MEMORY_RESERVED);
	assert_int_equal(memory_type_from_name("Unknown E820 type", &type), 0);
	assert_int_equal(type, MEMORY_RESERVED);
	type = MEMORY_RAM;
	assert_int_equal(memory_type_from_name("System RAM (kmem)", &type), -ENOENT);
	assert_int_equal(memory_type_from_name("", &type), -ENOENT);
	assert_int_equal(type, MEMORY_RAM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_algebra),
		cmocka_unit_test(test_end_before_start),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_bad_hole_requests),
		cmocka_unit_test(test_type_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
