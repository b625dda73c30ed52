// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory/recorder.c: the fixed numbers of a record, and its place. */
#include "fixtures.h"
#include "purgatory/recorder.h"

/* Each status that skips a step has a number of its own, which never changes. */
static void test_map_reasons(void **state)
{
	static const uint32_t numbers[IDENTITY_MAP_STATUSES] = {
		[IDENTITY_MAP_OK] = 17,
		[IDENTITY_MAP_BAD_PARAMS] = 1,
		[IDENTITY_MAP_BAD_OWN_MAPPING] = 2,
		[IDENTITY_MAP_BAD_MASK] = 3,
		[IDENTITY_MAP_BAD_TABLE] = 4,
		[IDENTITY_MAP_BAD_RANGE] = 5,
		[IDENTITY_MAP_BEYOND_LIMIT] = 6,
		[IDENTITY_MAP_POOL_EMPTY] = 7,
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < IDENTITY_MAP_STATUSES; i++) {
		assert_int_not_equal(numbers[i], 0);
		assert_int_equal(recorder_map_reason((enum identity_map_status)i),
				 numbers[i]);
	}
	assert_int_equal(recorder_map_reason((enum identity_map_status)99), 17);
}

static void test_other_reasons(void **state)
{
	(void)state;
	assert_int_equal(recorder_smbios_reason(SMBIOS_NO_ARRAY), 12);
	assert_int_equal(recorder_smbios_reason(SMBIOS_OUTSIDE), 13);
	assert_int_equal(recorder_smbios_reason(SMBIOS_NOT_NAMED), 14);
	assert_int_equal(recorder_jump_back_reason(JUMP_BACK_NO_ROOM), 15);
	assert_int_equal(recorder_jump_back_reason(JUMP_BACK_OUTSIDE), 13);
	assert_int_equal(recorder_jump_back_reason(JUMP_BACK_NOT_END), 16);
}

static void test_areas(void **state)
{
	struct efi_map_result result = { .config_tables = 11 };
	struct record_run run = { 0 };
	static const struct {
		enum efi_area_status status;
		uint32_t reason;
	} rows[EFI_AREAS] = {
		{ EFI_AREA_MAPPED, 0 },	       { EFI_AREA_NOT_MAPPED, 7 },
		{ EFI_AREA_BAD_SIGNATURE, 9 }, { EFI_AREA_BAD_LENGTH, 11 },
		{ EFI_AREA_NOT_REACHED, 0 },
	};
	unsigned int i, skips = 0;

	(void)state;
	for (i = 0; i < EFI_AREAS; i++)
		result.areas[i] = (struct efi_area){ rows[i].status,
						     IDENTITY_MAP_POOL_EMPTY, i * 100,
						     i * 100 + 50, i };
	recorder_areas(&run, &result);
	assert_int_equal(run.config_tables, 11);
	for (i = 0; i < EFI_AREAS; i++) {
		assert_int_equal(run.areas[i].start, i * 100);
		assert_int_equal(run.areas[i].end, i * 100 + 50);
		assert_int_equal(run.areas[i].pages_added, i);
		assert_int_equal(run.areas[i].mapped, rows[i].status == EFI_AREA_MAPPED);
		if (!rows[i].reason)
			continue;
		assert_int_equal(run.skips[skips].step, i);
		assert_int_equal(run.skips[skips].reason, rows[i].reason);
		assert_int_equal(run.skips[skips].value, i * 100);
		skips++;
	}
	assert_int_equal(run.skip_count, skips);
}

/* Skips beyond the room are counted, and nothing behind the array is written. */
static void test_too_many(void **state)
{
	struct {
		struct record_run run;
		uint64_t behind;
	} memory = { .behind = 0x1122334455667788 };
	unsigned int i;

	(void)state;
	for (i = 0; i < RECORD_SKIPS_MAX + 3; i++)
		recorder_skip(&memory.run, RECORD_SMBIOS, RECORD_OUTSIDE, i);
	assert_int_equal(memory.run.skip_count, RECORD_SKIPS_MAX + 3);
	assert_int_equal(memory.run.skips[RECORD_SKIPS_MAX - 1].value,
			 RECORD_SKIPS_MAX - 1);
	assert_int_equal(memory.behind, 0x1122334455667788);
}

/* Room in the middle; the record goes there or nowhere. */
static void test_place(void **state)
{
	static const struct {
		uint64_t place;
		bool written;
	} rows[] = {
		{ 0, false },	{ 64, true },	       { 128, true },
		{ 192, false }, { UINT64_MAX, false }, { 1ull << 40, false },
	};
	struct record_run run = { .pages_added = 7 };
	uint8_t bytes[128 + sizeof(struct kexec_record)];
	const struct physical_memory memory = { (uintptr_t)bytes, sizeof(bytes) };
	unsigned int i, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct purgatory_record where = { .place = rows[i].place,
						  .load = { .identity = 0x1234 } };
		struct kexec_record expected = { RECORD_MAGIC, RECORD_VERSION,
						 sizeof(expected), where.load, run };

		memset(bytes, 0xee, sizeof(bytes));
		recorder_write(&memory, &where, &run);
		for (j = 0; j < sizeof(bytes); j++) {
			bool inside = rows[i].written && j >= rows[i].place &&
				      j < rows[i].place + sizeof(expected);

			assert_int_equal(
				bytes[j],
				inside ? ((uint8_t *)&expected)[j - rows[i].place]
				       : 0xee);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map_reasons), cmocka_unit_test(test_other_reasons),
		cmocka_unit_test(test_areas),	    cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
