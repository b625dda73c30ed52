// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of purgatory/identity_map.c: existing page tables and purgatory parameters,
 * including impossible ones.
 */
#include "identity_machine.h"

/* Changes one entry on the way to the code. init must report this kind of defect. */
static void check_init(unsigned int level, uint64_t entry_xor, uint64_t mask,
		       enum identity_map_status expected)
{
	struct machine machine;

	machine_create(&machine, 5, mask);
	*paging_entry(&machine.paging, OWN_CODE, level) ^= entry_xor;
	assert_int_equal(init(&machine), expected);
	machine_destroy(&machine);
}

static void test_inconsistent_mask(void **state)
{
	(void)state;
	for (unsigned int level = 2; level <= 5; level++) {
		check_init(level, C_BIT_47, 0, IDENTITY_MAP_BAD_MASK);
		check_init(level, C_BIT_47, C_BIT_47, IDENTITY_MAP_BAD_MASK);
		check_init(level, C_BIT_51, C_BIT_47, IDENTITY_MAP_BAD_MASK);
		check_init(level, 1, 0, IDENTITY_MAP_BAD_OWN_MAPPING);
	}
	/* The leaf maps another page. */
	check_init(2, MIB(2), 0, IDENTITY_MAP_BAD_OWN_MAPPING);
	/* PAT in bit 12, global, user, NX and software bits are not address. */
	check_init(2, NX | 0x1f04 | 1ull << 52, 0, IDENTITY_MAP_OK);
	check_init(2, NX | 0x1f04 | 1ull << 52, C_BIT_47, IDENTITY_MAP_OK);
	/* Bit 7 is reserved above level 3. */
	check_init(5, 0x80, 0, IDENTITY_MAP_BAD_TABLE);
	check_init(4, 0x80, 0, IDENTITY_MAP_BAD_TABLE);
}

static void test_impossible_masks(void **state)
{
	struct machine machine;

	(void)state;
	/* All entries have the same two bits set. */
	machine_create(&machine, 4, C_BIT_47 | C_BIT_51);
	assert_int_equal(init(&machine), IDENTITY_MAP_BAD_MASK);
	machine_destroy(&machine);

	/* CR3 may carry the mask or not, but no other high bit. */
	machine_create(&machine, 4, C_BIT_47);
	machine.paging.root |= C_BIT_47;
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	assert_int_equal(machine.map.root, SIMULATED_TABLES);
	machine.paging.root ^= C_BIT_47 | C_BIT_51;
	assert_int_equal(init(&machine), IDENTITY_MAP_BAD_MASK);
	machine_destroy(&machine);
}

static void test_mask_beside_the_code(void **state)
{
	struct machine machine;
	uint64_t *before;

	(void)state;
	machine_create(&machine, 4, C_BIT_47);
	paging_map(&machine.paging, GIB(20), KIB(4));
	*paging_entry(&machine.paging, GIB(20), 2) &= ~C_BIT_47;
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	before = paging_snapshot(&machine.paging);
	assert_int_equal(identity_map_add(&machine.map, GIB(20) + 4096, GIB(20) + 8192),
			 IDENTITY_MAP_BAD_MASK);
	assert_int_equal(paging_changes(&machine.paging, before), 0);
	free(before);
	machine_destroy(&machine);
}

static void test_own_code_in_other_pages(void **state)
{
	static const uint64_t sizes[] = { KIB(4), GIB(1) };

	(void)state;
	for (size_t i = 0; i < 2 * VARIANTS; i++) {
		uint64_t own = GIB(6) + 0x4321, size = sizes[i / VARIANTS];
		struct machine machine;

		machine_create(&machine, variants[i % VARIANTS].levels,
			       variants[i % VARIANTS].mask);
		paging_map(&machine.paging, own & ~(size - 1), size);
		assert_int_equal(identity_map_init(&machine.map, machine.paging.memory,
						   machine.paging.root | 0x18,
						   machine.paging.levels == 5, own,
						   &machine.from),
				 IDENTITY_MAP_OK);
		assert_int_equal(machine.map.encryption_mask,
				 variants[i % VARIANTS].mask);
		assert_int_equal(machine.map.root, machine.paging.root);
		machine_destroy(&machine);
	}
}

static void test_tables_outside_memory(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	paging_map(&machine.paging, GIB(20), KIB(4));
	machine.from.ram_end = SIMULATED_BYTES - MIB(1);
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);

	/*
	 * An address beyond RAM but below its next power of two: not a mask, but wrong.
	 */
	*paging_entry(&machine.paging, GIB(20), 3) = (SIMULATED_BYTES - 4096) | 0x67;
	assert_int_equal(identity_map_add(&machine.map, GIB(20), GIB(20) + 1),
			 IDENTITY_MAP_BAD_TABLE);

	/* The memory ends before the highest RAM that the loader named. */
	machine.from.ram_end = GIB(128);
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	*paging_entry(&machine.paging, GIB(20), 4) = SIMULATED_BYTES | 0x67;
	assert_int_equal(identity_map_add(&machine.map, GIB(20), GIB(20) + 1),
			 IDENTITY_MAP_BAD_TABLE);
	assert_int_equal(init(&machine), IDENTITY_MAP_BAD_TABLE);
	machine_destroy(&machine);

	machine_create(&machine, 4, 0);
	machine.from.ram_end = GIB(128);
	machine.from.pool_start = SIMULATED_BYTES;
	machine.from.pool_end = SIMULATED_BYTES + MIB(1);
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	assert_int_equal(identity_map_add(&machine.map, GIB(20), GIB(20) + 1),
			 IDENTITY_MAP_BAD_TABLE);
	machine_destroy(&machine);
}

static void test_impossible_params(void **state)
{
	static const struct purgatory_identity_map cases[] = {
		{ .ram_end = 0, .physical_limit = GIB(512) },
		{ .ram_end = GIB(1), .physical_limit = 0 },
		{ .ram_end = GIB(2), .physical_limit = GIB(1) },
		{ .ram_end = GIB(2), .physical_limit = 1ull << 53 },
		{ .ram_end = GIB(2), .physical_limit = GIB(512) + 1 },
		{ .ram_end = GIB(2),
		  .physical_limit = GIB(512),
		  .pool_start = 1,
		  .pool_end = 4096 },
		{ .ram_end = GIB(2), .physical_limit = GIB(512), .pool_end = 4097 },
		{ .ram_end = GIB(2),
		  .physical_limit = GIB(512),
		  .pool_start = 8192,
		  .pool_end = 4096 },
		{ .ram_end = GIB(2),
		  .physical_limit = GIB(512),
		  .pool_end = GIB(2) + 4096 },
	};
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		machine.from = cases[i];
		assert_int_equal(init(&machine), IDENTITY_MAP_BAD_PARAMS);
	}
	/* Code above the highest RAM contradicts the parameters. */
	machine.from = (struct purgatory_identity_map){ .ram_end = OWN_CODE,
							.physical_limit = GIB(512) };
	assert_int_equal(init(&machine), IDENTITY_MAP_BAD_OWN_MAPPING);
	machine_destroy(&machine);
}

static void test_every_status_has_a_reason(void **state)
{
	(void)state;
	for (int i = 0; i < IDENTITY_MAP_STATUSES; i++)
		assert_true(strlen(identity_map_reason(i)) > 5);
	assert_string_equal(identity_map_reason(IDENTITY_MAP_STATUSES), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inconsistent_mask),
		cmocka_unit_test(test_impossible_masks),
		cmocka_unit_test(test_mask_beside_the_code),
		cmocka_unit_test(test_own_code_in_other_pages),
		cmocka_unit_test(test_tables_outside_memory),
		cmocka_unit_test(test_impossible_params),
		cmocka_unit_test(test_every_status_has_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
