// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/util/utc.c: the same as gmtime_r and strftime of the C library. */
#include "util/utc.h"

#include <time.h>

#include "fixtures.h"

#define DAY 86400u

static void compare(uint64_t seconds)
{
	time_t when = (time_t)seconds;
	char text[UTC_TEXT_BYTES], expected[UTC_TEXT_BYTES];
	struct tm utc;

	assert_non_null(gmtime_r(&when, &utc));
	assert_true(strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", &utc));
	utc_text(seconds, text);
	assert_string_equal(text, expected);
}

static void each_day_of_some_centuries(void **state)
{
	uint64_t day;

	(void)state;
	for (day = 0; day < 1300 * 365; day++) {
		compare(day * DAY);
		compare(day * DAY + DAY - 1);
	}
}

static void times_of_a_day(void **state)
{
	uint32_t second;

	(void)state;
	for (second = 0; second < DAY; second += 7)
		compare(1767225600 + second);
}

/* Years of up to ten digits. */
static void times_far_away(void **state)
{
	uint64_t seconds;

	(void)state;
	for (seconds = 1; seconds < UINT64_C(67767976233532800);
	     seconds = seconds * 3 + 1)
		compare(seconds);
}

static void what_gmtime_cannot_do_is_empty(void **state)
{
	char text[UTC_TEXT_BYTES] = "x";

	(void)state;
	utc_text(UINT64_MAX, text);
	assert_string_equal(text, "");
	utc_text(INT64_MAX, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_day_of_some_centuries),
		cmocka_unit_test(times_of_a_day),
		cmocka_unit_test(times_far_away),
		cmocka_unit_test(what_gmtime_cannot_do_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
