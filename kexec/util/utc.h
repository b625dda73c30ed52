/* SPDX-License-Identifier: GPL-2.0-only */
/* Times as text. */
#ifndef KEXEC_UTIL_UTC_H
#define KEXEC_UTIL_UTC_H

#include <stdint.h>

/* Room for "2026-11-29T12:34:56Z", with a year of ten digits, and a NUL. */
#define UTC_TEXT_BYTES 40

/* Formats seconds since 1970, UTC (ISO 8601). Empty if the year is too large. */
void utc_text(uint64_t seconds, char text[UTC_TEXT_BYTES]);

#endif
