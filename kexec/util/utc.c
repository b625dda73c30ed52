// SPDX-License-Identifier: GPL-2.0-only
#include "util/utc.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY_SECONDS 86400
/* The Gregorian calendar repeats every 400 years. */
#define ERA_DAYS 146097
/* From 1 March of the year 0 to 1970. Years that begin in March end with the leap day. */
#define DAYS_BEFORE_1970 719468
/* The last year of gmtime. */
#define YEAR_MAX (INT32_MAX + UINT64_C(1900))

/*
 * gmtime_r and strftime would make a static program 118 KB larger, for time zones. A test
 * compares with them.
 */
void utc_text(uint64_t seconds, char text[UTC_TEXT_BYTES])
{
	uint64_t days = seconds / DAY_SECONDS + DAYS_BEFORE_1970;
	unsigned rest = seconds % DAY_SECONDS;
	unsigned day = days % ERA_DAYS;
	unsigned year_of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	uint64_t year = days / ERA_DAYS * 400 + year_of_era;
	unsigned month;

	day -= 365 * year_of_era + year_of_era / 4 - year_of_era / 100;
	/* From March on, the months have 153 days in each five. */
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	month += 3;
	if (month > 12) {
		month -= 12;
		year++;
	}
	if (year > YEAR_MAX)
		text[0] = '\0';
	else
		snprintf(text, UTC_TEXT_BYTES, "%" PRIu64 "-%02u-%02uT%02u:%02u:%02uZ",
			 year, month, day + 1, rest / 3600, rest / 60 % 60, rest % 60);
}
