// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/util/tsc.c: a rate is exact, or unknown. */
#include "util/tsc.h"

#include <sys/prctl.h>

#include "fixtures.h"

/* clang-format off */
static const struct {
	struct tsc_sample first, last;
	uint64_t hertz;
} rows[] = {
	{ { 1000, 5, 10 }, { 2000001000, 1000000005, 10 }, 2000000000 },
	{ { 1000, 5, 10 }, { 3001000, 1000005, 10 }, 3000000000 },
	/* More than ten years at 5 GHz. */
	{ { 0, 0, 1 }, { 2000000000000000000, 400000000000000000, 1 }, 5000000000 },
	/* 1 part in 10000, and more. */
	{ { 1000, 5, 10 }, { 201000, 100005, 10 }, 2000000000 },
	{ { 1000, 5, 10 }, { 201000, 100005, 11 }, 0 },
	/* A sample is missing, or time stood still or went back. */
	{ { 0, 0, 0 }, { 2000001000, 1000000005, 10 }, 0 },
	{ { 1000, 5, 10 }, { 0, 0, 0 }, 0 },
	{ { 1000, 5, 10 }, { 1000, 1000000005, 10 }, 0 },
	{ { 1000, 5, 10 }, { 2000001000, 5, 10 }, 0 },
	{ { 2000001000, 1000000005, 10 }, { 1000, 5, 10 }, 0 },
};
/* clang-format on */

static void test_rate(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		assert_int_equal(tsc_rate(&rows[i].first, &rows[i].last), rows[i].hertz);
}

static void test_samples_ascend(void **state)
{
	struct tsc_sample first = tsc_sample_take(CLOCK_MONOTONIC_RAW);
	struct tsc_sample last = tsc_sample_take(CLOCK_MONOTONIC_RAW);

	(void)state;
	assert_true(first.doubt && last.doubt);
	assert_true(first.ticks < last.ticks && first.time < last.time);
	/* A clock that does not exist. */
	assert_int_equal(tsc_sample_take((clockid_t)1000).doubt, 0);
}

/* Last, because it cannot be undone in all sandboxes. */
static void test_forbidden(void **state)
{
	(void)state;
	if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0) < 0)
		skip();
	assert_int_equal(tsc_sample_take(CLOCK_MONOTONIC_RAW).doubt, 0);
	prctl(PR_SET_TSC, PR_TSC_ENABLE, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_samples_ascend),
		cmocka_unit_test(test_forbidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
