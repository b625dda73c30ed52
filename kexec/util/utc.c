// SPDX-License-Identifier: GPL-2.0-only
#include "util/utc.h"

#include <time.h>

void utc_text(uint64_t seconds, char text[UTC_TEXT_BYTES])
{
	time_t when = (time_t)seconds;
	struct tm utc;

	if (seconds > INT64_MAX || !gmtime_r(&when, &utc) ||
	    !strftime(text, UTC_TEXT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &utc))
		text[0] = '\0';
}
