// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of the text that tells the next kernel its return address. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "purgatory/jump_back.h"

#define MEMORY_BYTES 256u
#define LINE_END     0x20u
#define UNTOUCHED    0xa5

static uint8_t bytes[MEMORY_BYTES];
static const struct physical_memory *memory;

static int set_up(void **state)
{
	static struct physical_memory simulated;

	(void)state;
	simulated = (struct physical_memory){ .base = (uintptr_t)bytes,
					      .size = MEMORY_BYTES };
	memory = &simulated;
	memset(bytes, UNTOUCHED, sizeof(bytes));
	bytes[LINE_END] = '\0';
	return 0;
}

static enum jump_back_status write_at(uint64_t end, uint64_t room, uint64_t address)
{
	struct purgatory_jump_back where = { .command_line_end = end, .room = room };

	return jump_back_write(memory, &where, address);
}

static void assert_untouched_but(uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < MEMORY_BYTES; i++)
		if (i < start || i >= end)
			assert_int_equal(bytes[i], i == LINE_END ? 0 : UNTOUCHED);
}

/* The expected text is formatted by the C library. */
static void writes_text_and_nul_and_no_more(void **state)
{
	static const uint64_t addresses[] = {
		1,	    9,		0xa,	    0xf,	0x10,
		0x1000,	    0xfffffff,	0x10000000, UINT32_MAX, 1ull << 32,
		0x12345678, 1ull << 60, UINT64_MAX, 1ull << 63, 0xfedcba9876543210,
	};

	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		char expected[64];
		int length = snprintf(expected, sizeof(expected),
				      " kexec_jump_back_entry=0x%" PRIx64, addresses[i]);

		set_up(state);
		assert_int_equal(write_at(LINE_END, (uint64_t)length, addresses[i]),
				 JUMP_BACK_NO_ROOM);
		assert_untouched_but(0, 0);
		assert_int_equal(write_at(LINE_END, (uint64_t)length + 1, addresses[i]),
				 JUMP_BACK_OK);
		assert_memory_equal(bytes + LINE_END, expected, (size_t)length + 1);
		assert_untouched_but(LINE_END, LINE_END + (size_t)length + 1);
		assert_true((size_t)length + 1 <= JUMP_BACK_TEXT_MAX);
	}
}

static void writes_nothing_that_nobody_wants(void **state)
{
	(void)state;
	assert_int_equal(write_at(LINE_END, 64, 0), JUMP_BACK_OK);
	assert_int_equal(write_at(0, 64, 0x1000), JUMP_BACK_OK);
	/* The place of the text is not even read. */
	assert_int_equal(write_at(UINT64_MAX, UINT64_MAX, 0), JUMP_BACK_OK);
	assert_untouched_but(0, 0);
}

static void needs_its_room_inside_memory(void **state)
{
	static const uint64_t ranges[][2] = {
		{ LINE_END, MEMORY_BYTES - LINE_END + 1 },
		{ MEMORY_BYTES, 64 },
		{ 1ull << 40, 64 },
		{ LINE_END, UINT64_MAX },
		{ LINE_END, UINT64_MAX - LINE_END + 1 },
		{ UINT64_MAX, 64 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		assert_int_equal(write_at(ranges[i][0], ranges[i][1], 0x1000),
				 JUMP_BACK_OUTSIDE);
	assert_untouched_but(0, 0);
	assert_int_equal(write_at(LINE_END, MEMORY_BYTES - LINE_END, 0x1000),
			 JUMP_BACK_OK);
}

static void needs_the_end_of_a_line(void **state)
{
	(void)state;
	assert_int_equal(write_at(LINE_END - 1, 64, 0x1000), JUMP_BACK_NOT_END);
	assert_int_equal(write_at(LINE_END + 1, 64, 0x1000), JUMP_BACK_NOT_END);
	assert_untouched_but(0, 0);
}

static void has_a_reason_for_every_status(void **state)
{
	(void)state;
	for (int i = 0; i < JUMP_BACK_STATUSES; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(jump_back_reason(i), jump_back_reason(j));
	assert_string_equal(jump_back_reason(JUMP_BACK_STATUSES), "failed");
	assert_string_equal(jump_back_reason((enum jump_back_status) - 1), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(writes_text_and_nul_and_no_more, set_up),
		cmocka_unit_test_setup(writes_nothing_that_nobody_wants, set_up),
		cmocka_unit_test_setup(needs_its_room_inside_memory, set_up),
		cmocka_unit_test_setup(needs_the_end_of_a_line, set_up),
		cmocka_unit_test(has_a_reason_for_every_status),
	};

	return cmocka_run_group_tests_name("jump_back", tests, NULL, NULL);
}
