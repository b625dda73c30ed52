// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory/exit_mode.c: the limits of each mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "purgatory/exit_mode.h"

#define OWN_END 0x40000ull

/* A limit of a member: its first value that is too large. */
struct limit {
	uint32_t mode;
	size_t member; /* offset in struct purgatory_entry */
	uint64_t first_too_large;
};

#define MEMBER(name) offsetof(struct purgatory_entry, name)

static const struct limit limits[] = {
	{ ENTRY_MODE_32BIT, MEMBER(rip), 0x100000000 },
	{ ENTRY_MODE_32BIT, MEMBER(rsp), 0x100000000 },
	{ ENTRY_MODE_32BIT, MEMBER(rax), 0x100000000 },
	{ ENTRY_MODE_32BIT, MEMBER(rbx), 0x100000000 },
	{ ENTRY_MODE_32BIT, MEMBER(rsi), 0x100000000 },
	{ ENTRY_MODE_REAL, MEMBER(rip), 0x10000 },
	{ ENTRY_MODE_REAL, MEMBER(rsp), 0x10000 },
	{ ENTRY_MODE_REAL, MEMBER(rax), 0x100000000 },
	{ ENTRY_MODE_REAL, MEMBER(rbx), 0x100000000 },
	{ ENTRY_MODE_REAL, MEMBER(rsi), 0x100000000 },
	/* This value is not passed on. */
	{ ENTRY_MODE_32BIT, MEMBER(rdi), 1 },
	{ ENTRY_MODE_REAL, MEMBER(rdi), 1 },
};

static enum exit_mode_status check_member(const struct limit *limit, uint64_t value)
{
	struct purgatory_entry entry = { .mode = limit->mode };

	*(uint64_t *)((char *)&entry + limit->member) = value;
	return exit_mode_check(&entry, OWN_END);
}

static void registers_have_their_width(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		const struct limit *limit = &limits[i];

		assert_int_equal(check_member(limit, 0), EXIT_MODE_OK);
		assert_int_equal(check_member(limit, limit->first_too_large - 1),
				 EXIT_MODE_OK);
		assert_int_equal(check_member(limit, limit->first_too_large),
				 EXIT_MODE_TOO_LARGE);
		assert_int_equal(check_member(limit, UINT64_MAX), EXIT_MODE_TOO_LARGE);
	}
}

static void purgatory_lies_where_the_mode_reaches(void **state)
{
	static const struct {
		uint32_t mode;
		uint64_t highest_end;
	} places[] = {
		{ ENTRY_MODE_32BIT, 0x100000000 },
		{ ENTRY_MODE_REAL, 0x100000 },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct purgatory_entry entry = { .mode = places[i].mode };

		assert_int_equal(exit_mode_check(&entry, places[i].highest_end),
				 EXIT_MODE_OK);
		assert_int_equal(exit_mode_check(&entry, places[i].highest_end + 1),
				 EXIT_MODE_TOO_HIGH);
		assert_int_equal(exit_mode_check(&entry, UINT64_MAX), EXIT_MODE_TOO_HIGH);
	}
}

static void long_mode_takes_everything(void **state)
{
	struct purgatory_entry entry = {
		.rip = UINT64_MAX,
		.rsp = UINT64_MAX,
		.rax = UINT64_MAX,
		.rbx = UINT64_MAX,
		.rsi = UINT64_MAX,
		.rdi = UINT64_MAX,
		.mode = ENTRY_MODE_64BIT,
	};

	(void)state;
	assert_int_equal(exit_mode_check(&entry, UINT64_MAX), EXIT_MODE_OK);
}

static void no_other_mode_is_known(void **state)
{
	static const uint32_t modes[] = { 3, 4, 0x100, 0x10001, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		struct purgatory_entry entry = { .mode = modes[i] };

		assert_int_equal(exit_mode_check(&entry, OWN_END), EXIT_MODE_UNKNOWN);
	}
}

static void has_a_reason_for_every_status(void **state)
{
	(void)state;
	for (int i = 0; i < EXIT_MODE_STATUSES; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(exit_mode_reason(i), exit_mode_reason(j));
	assert_string_equal(exit_mode_reason(EXIT_MODE_STATUSES), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_have_their_width),
		cmocka_unit_test(purgatory_lies_where_the_mode_reaches),
		cmocka_unit_test(long_mode_takes_everything),
		cmocka_unit_test(no_other_mode_is_known),
		cmocka_unit_test(has_a_reason_for_every_status),
	};

	return cmocka_run_group_tests_name("exit_mode", tests, NULL, NULL);
}
