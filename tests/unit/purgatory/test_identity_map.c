// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory/identity_map.c: ranges added to valid page tables. */
#include "identity_machine.h"

/* Present, writable and accessed; a leaf is also dirty. */
#define NEW_TABLE 0x23ull
#define NEW_LEAF  0x63ull

/* The same, and uncached: PWT and PCD. */
#define DEVICE_LEAF 0x7bull

/* Adds a range; checks it, its neighbours, the pool and the existing entries. */
static void check_added(struct machine *machine, uint64_t start, uint64_t end,
			uint64_t pages, uint64_t tables)
{
	struct paging *paging = &machine->paging;
	uint64_t *before = paging_snapshot(paging);
	uint64_t used = pool_pages_used(machine), added = machine->map.pages_added;
	uint64_t physical, leaf, page_bytes;

	assert_int_equal(identity_map_add(&machine->map, start, end), IDENTITY_MAP_OK);
	assert_true(paging_is_identity(paging, start, end));
	assert_int_equal(machine->map.pages_added - added, pages);
	assert_int_equal(pool_pages_used(machine) - used, tables);
	assert_true(paging_changes(paging, before) >= 0);
	free(before);

	for (uint64_t at = start & ~4095ull; pages && at < end; at += 4096) {
		assert_true(paging_translate(paging, at, &physical, &leaf, &page_bytes));
		if (page_bytes == 4096)
			assert_int_equal(leaf, at | paging->mask | NEW_LEAF);
	}
	/* Adding the range again changes nothing. */
	assert_int_equal(identity_map_add(&machine->map, start, end), IDENTITY_MAP_OK);
	assert_int_equal(machine->map.pages_added - added, pages);
	assert_int_equal(pool_pages_used(machine) - used, tables);
}

static bool is_mapped(const struct machine *machine, uint64_t address)
{
	uint64_t physical, leaf, page_bytes;

	return paging_translate(&machine->paging, address, &physical, &leaf, &page_bytes);
}

static void test_one_page_in_empty_space(void **state)
{
	(void)state;
	for (size_t i = 0; i < VARIANTS; i++) {
		struct machine machine;
		uint64_t page = GIB(600) + MIB(5);

		machine_create(&machine, variants[i].levels, variants[i].mask);
		assert_int_equal(init(&machine), IDENTITY_MAP_OK);
		assert_int_equal(machine.map.encryption_mask, variants[i].mask);
		check_added(&machine, page + 0x98, page + 0x98 + 240, 1, 3);
		assert_false(is_mapped(&machine, page - 1));
		assert_false(is_mapped(&machine, page + 4096));
		/* New table entries carry the mask and are neither user nor NX. */
		assert_int_equal(*paging_entry(&machine.paging, page, 4),
				 POOL_START | variants[i].mask | NEW_TABLE);
		machine_destroy(&machine);
	}
}

static void test_boundaries(void **state)
{
	static const struct {
		uint64_t boundary;
		uint64_t tables; /* new tables, beside those of OWN_CODE */
	} cases[] = {
		{ GIB(40) + MIB(4) + KIB(64),
		  2 },			 /* within one page table: level 2 and 1 */
		{ GIB(40) + MIB(4), 3 }, /* two page tables */
		{ GIB(41), 4 },		 /* two directories with a table each */
		{ GIB(512), 5 },	 /* the last page of entry 0, all of entry 1 */
		{ TIB(1), 6 },
	};

	(void)state;
	for (size_t i = 0; i < VARIANTS; i++) {
		for (size_t j = 0; j < sizeof(cases) / sizeof(*cases); j++) {
			uint64_t at = cases[j].boundary;
			struct machine machine;

			machine_create(&machine, variants[i].levels, variants[i].mask);
			assert_int_equal(init(&machine), IDENTITY_MAP_OK);
			check_added(&machine, at - 1, at + 1, 2, cases[j].tables);
			assert_false(is_mapped(&machine, at - 4097));
			assert_false(is_mapped(&machine, at + 4096));
			machine_destroy(&machine);
		}
	}
}

static void test_five_level_boundary(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 5, C_BIT_51);
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	/* 256 TiB: entries 0 and 1 of the top table; the first has its level-4 table. */
	check_added(&machine, TIB(256) - 4096, TIB(256) + 4096, 2, 3 + 4);
	machine_destroy(&machine);
}

static void test_existing_leaves(void **state)
{
	static const uint64_t sizes[] = { KIB(4), MIB(2), GIB(1) };

	(void)state;
	for (size_t i = 0; i < VARIANTS; i++) {
		for (size_t j = 0; j < 3; j++) {
			uint64_t at = GIB(48), size = sizes[j];
			struct machine machine;
			uint64_t *before;

			machine_create(&machine, variants[i].levels, variants[i].mask);
			paging_map(&machine.paging, at, size);
			assert_int_equal(init(&machine), IDENTITY_MAP_OK);

			/* A range inside a mapped one: nothing to add. */
			before = paging_snapshot(&machine.paging);
			check_added(&machine, at, at + size, 0, 0);
			check_added(&machine, at + size - 1, at + size, 0, 0);
			assert_int_equal(paging_changes(&machine.paging, before), 0);
			free(before);

			/* Reaching over both ends, one page before and one after. */
			check_added(&machine, at - 8, at + size + 8, 2,
				    size == GIB(1)   ? 2 + 2
				    : size == MIB(2) ? 1 + 2
						     : 0 + 2);
			assert_false(is_mapped(&machine, at - 4097));
			assert_false(is_mapped(&machine, at + size + 4096));

			/* From the middle to far beyond the end: no page is left out. */
			check_added(&machine, at + size / 2, at + size + KIB(32), 7, 0);
			machine_destroy(&machine);
		}
	}
}

static void test_partial_tables(void **state)
{
	struct machine machine;
	uint64_t at = GIB(50);

	(void)state;
	machine_create(&machine, 4, C_BIT_47);
	/* Every second page is mapped already, with different rights. */
	for (uint64_t page = at; page < at + KIB(64); page += KIB(8)) {
		paging_map(&machine.paging, page, KIB(4));
		*paging_entry(&machine.paging, page, 1) = page | C_BIT_47 | NX | 0x11;
	}
	/* The other bits of an absent entry may have any value. */
	*paging_entry(&machine.paging, at + KIB(4), 1) = 0xdeadbeefdeadbeeeull;
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	check_added(&machine, at + 4096, at + 8192, 1, 0);
	assert_int_equal(identity_map_add(&machine.map, at, at + KIB(64)),
			 IDENTITY_MAP_OK);
	assert_int_equal(machine.map.pages_added, 8);
	assert_int_equal(pool_pages_used(&machine), 0);
	for (uint64_t page = at; page < at + KIB(64); page += KIB(8)) {
		assert_int_equal(*paging_entry(&machine.paging, page, 1),
				 page | C_BIT_47 | NX | 0x11);
		assert_int_equal(*paging_entry(&machine.paging, page + KIB(4), 1),
				 (page + KIB(4)) | C_BIT_47 | NEW_LEAF);
	}
	machine_destroy(&machine);
}

static void test_pool_exhausted(void **state)
{
	uint64_t start = TIB(2) - KIB(4), end = TIB(2) + KIB(4);

	(void)state;
	for (size_t i = 0; i < VARIANTS; i++) {
		for (uint64_t pages = 0; pages <= 6; pages++) {
			struct machine machine;
			uint64_t *before;

			machine_create(&machine, variants[i].levels, variants[i].mask);
			machine.from.pool_end = POOL_START + pages * 4096;
			assert_int_equal(init(&machine), IDENTITY_MAP_OK);
			before = paging_snapshot(&machine.paging);
			assert_int_equal(identity_map_add(&machine.map, start, end),
					 pages < 6 ? IDENTITY_MAP_POOL_EMPTY
						   : IDENTITY_MAP_OK);
			assert_int_equal(pool_pages_used(&machine), pages);
			/* At most one existing entry on each side of 2 TiB. */
			assert_uint_in_range(paging_changes(&machine.paging, before), 0,
					     2);
			/* The page after the pool is unchanged. */
			if (pages < 6)
				assert_int_equal(*paging_word(&machine.paging,
							      machine.from.pool_end),
						 UINT64_MAX);
			assert_int_equal(is_mapped(&machine, start), pages >= 3);
			assert_int_equal(is_mapped(&machine, end - 1), pages == 6);
			assert_false(is_mapped(&machine, start - 4096));
			assert_true(paging_is_identity(&machine.paging, OWN_CODE,
						       OWN_CODE + MIB(2)));
			free(before);
			machine_destroy(&machine);
		}
	}
}

static void test_enough_pool_for_the_worst_case(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 5, 0);
	/* The code has the only level-4 table: five ranges over 256 TiB. */
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	for (uint64_t i = 1; i <= IDENTITY_MAP_RANGES; i++)
		assert_int_equal(identity_map_add(&machine.map, TIB(512) * i - MIB(1),
						  TIB(512) * i + MIB(1) - 4096),
				 IDENTITY_MAP_OK);
	assert_int_equal(pool_pages_used(&machine), IDENTITY_MAP_POOL_PAGES);
	machine_destroy(&machine);
}

static void test_bad_ranges(void **state)
{
	struct machine machine;
	uint64_t *before;

	(void)state;
	machine_create(&machine, 4, 0);
	machine.from.physical_limit = 1ull << 39;
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	before = paging_snapshot(&machine.paging);
	assert_int_equal(identity_map_add(&machine.map, GIB(40), GIB(40)),
			 IDENTITY_MAP_BAD_RANGE);
	assert_int_equal(identity_map_add(&machine.map, UINT64_MAX - 10, 30),
			 IDENTITY_MAP_BAD_RANGE);
	assert_int_equal(identity_map_add(&machine.map, GIB(512), GIB(512) + 1),
			 IDENTITY_MAP_BEYOND_LIMIT);
	assert_int_equal(identity_map_add(&machine.map, GIB(512) - 1, GIB(512) + 1),
			 IDENTITY_MAP_BEYOND_LIMIT);
	assert_int_equal(identity_map_add(&machine.map, UINT64_MAX - 10, UINT64_MAX),
			 IDENTITY_MAP_BEYOND_LIMIT);
	assert_int_equal(paging_changes(&machine.paging, before), 0);
	assert_int_equal(pool_pages_used(&machine), 0);
	/* The very last page can be mapped. */
	check_added(&machine, GIB(512) - 1, GIB(512), 1, 2);
	free(before);
	machine_destroy(&machine);
}

static void test_limits_of_paging(void **state)
{
	static const struct {
		unsigned int levels;
		uint64_t mask, limit;
	} cases[] = {
		{ 4, 0, TIB(128) },	   /* the lower half of 48 bits */
		{ 4, C_BIT_47, TIB(128) }, /* the same with the mask */
		{ 5, C_BIT_47, TIB(128) }, /* a value with the C-bit is not an address */
		{ 5, C_BIT_51, 1ull << 51 }, { 5, 0, 1ull << 52 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct machine machine;

		machine_create(&machine, cases[i].levels, cases[i].mask);
		assert_int_equal(init(&machine), IDENTITY_MAP_OK);
		assert_int_equal(identity_map_add(&machine.map, cases[i].limit - 4096,
						  cases[i].limit + 1),
				 IDENTITY_MAP_BEYOND_LIMIT);
		assert_int_equal(pool_pages_used(&machine), 0);
		assert_int_equal(identity_map_add(&machine.map, cases[i].limit - 4096,
						  cases[i].limit),
				 IDENTITY_MAP_OK);
		assert_true(paging_is_identity(&machine.paging, cases[i].limit - 4096,
					       cases[i].limit));
		machine_destroy(&machine);
	}
}

/* Memory of a device: uncached and without the mask; a mapped page stays as it is. */
static void test_device(void **state)
{
	(void)state;
	for (size_t i = 0; i < VARIANTS; i++) {
		struct machine machine;
		uint64_t start = GIB(600), mapped = start + 4096;
		uint64_t kept;

		machine_create(&machine, variants[i].levels, variants[i].mask);
		paging_map(&machine.paging, mapped, 4096);
		assert_int_equal(init(&machine), IDENTITY_MAP_OK);
		kept = *paging_entry(&machine.paging, mapped, 1);
		assert_int_equal(
			identity_map_add_device(&machine.map, start, start + 3 * 4096),
			IDENTITY_MAP_OK);
		assert_int_equal(machine.map.pages_added, 2);
		assert_int_equal(*paging_entry(&machine.paging, start, 1),
				 start | DEVICE_LEAF);
		assert_int_equal(*paging_entry(&machine.paging, mapped, 1), kept);
		assert_int_equal(*paging_entry(&machine.paging, mapped + 4096, 1),
				 (mapped + 4096) | DEVICE_LEAF);
		assert_int_equal(*paging_entry(&machine.paging, mapped + 8192, 1), 0);
		machine_destroy(&machine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_page_in_empty_space),
		cmocka_unit_test(test_boundaries),
		cmocka_unit_test(test_five_level_boundary),
		cmocka_unit_test(test_existing_leaves),
		cmocka_unit_test(test_partial_tables),
		cmocka_unit_test(test_pool_exhausted),
		cmocka_unit_test(test_enough_pool_for_the_worst_case),
		cmocka_unit_test(test_bad_ranges),
		cmocka_unit_test(test_limits_of_paging),
		cmocka_unit_test(test_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
