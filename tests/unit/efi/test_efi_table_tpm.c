// SPDX-License-Identifier: GPL-2.0-only
/* The logs of a measured boot: their lengths, and malformed events. */
#include "table_memory.h"

#define INTACT	EFI_TABLE_INTACT
#define DAMAGED EFI_TABLE_DAMAGED

#define LOG_GUESS                                       \
	{                                               \
		{                                       \
			TABLE, LOW_START + 64 * 4096ull \
		}                                       \
	}
#define FINAL_GUESS                                     \
	{                                               \
		{                                       \
			TABLE, LOW_START + 16 * 4096ull \
		}                                       \
	}

static const struct table_case logs[] = {
	{ "log of TPM 2.0",
	  EFI_TABLE_TPM_LOG,
	  { { TABLE, 4, 0x1234 }, { TABLE + 8, 1, 2 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 9 + 0x1234 } } },
	{ "log of TPM 1.2",
	  EFI_TABLE_TPM_LOG,
	  { { TABLE, 4, 1 }, { TABLE + 8, 1, 1 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 10 } } },
	{ "empty log",
	  EFI_TABLE_TPM_LOG,
	  { { TABLE + 8, 1, 2 } },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 9 } } },
	{ "zeros", EFI_TABLE_TPM_LOG, { { 0 } }, DAMAGED, "version 0", LOG_GUESS },
	{ "version 3",
	  EFI_TABLE_TPM_LOG,
	  { { TABLE, 4, 1 }, { TABLE + 8, 1, 3 } },
	  DAMAGED,
	  "version 3",
	  LOG_GUESS },
	{ "4 GiB",
	  EFI_TABLE_TPM_LOG,
	  { { TABLE, 4, UINT32_MAX }, { TABLE + 8, 1, 2 } },
	  DAMAGED,
	  "claims 0x100000008 bytes",
	  LOG_GUESS },
	{ "longer than its memory",
	  EFI_TABLE_TPM_LOG,
	  { { TABLE, 4, LOW_END - TABLE - 8 }, { TABLE + 8, 1, 2 } },
	  DAMAGED,
	  "not all memory",
	  LOG_GUESS },
	{ "as long as its memory",
	  EFI_TABLE_TPM_LOG,
	  { { TABLE, 4, LOW_END - TABLE - 9 }, { TABLE + 8, 1, 2 } },
	  INTACT,
	  NULL,
	  { { TABLE, LOW_END } } },
};

#define EVENTS (TABLE + 16)
#define HEADER(count)                 \
	{ TABLE, 8, 1 },              \
	{                             \
		TABLE + 8, 8, (count) \
	}
/* An event of register 14, EV_IPL. */
#define EVENT(at, digests)                    \
	{ (at), 4, 14 }, { (at) + 4, 4, 13 }, \
	{                                     \
		(at) + 8, 4, (digests)        \
	}
#define DIGEST(at, algorithm)        \
	{                            \
		(at), 2, (algorithm) \
	}
#define SIZE(at, size)          \
	{                       \
		(at), 4, (size) \
	}

/* 12 bytes, then SHA-1 and SHA-256, each after its algorithm's number, then 4 bytes. */
#define TWO_DIGESTS (12u + 2 + 20 + 2 + 32 + 4)

static const struct table_case final[] = {
	{ "no events",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(0) },
	  INTACT,
	  NULL,
	  { { TABLE, TABLE + 16 } } },
	{ "an event of two digests",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(1), EVENT(EVENTS, 2), DIGEST(EVENTS + 12, 0x04),
	    DIGEST(EVENTS + 34, 0x0b), SIZE(EVENTS + 68, 100) },
	  INTACT,
	  NULL,
	  { { TABLE, EVENTS + TWO_DIGESTS + 100 } } },
	{ "an event without digests, then another",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(2), EVENT(EVENTS, 0), SIZE(EVENTS + 12, 5), EVENT(EVENTS + 21, 1),
	    DIGEST(EVENTS + 33, 0x0c), SIZE(EVENTS + 83, 0) },
	  INTACT,
	  NULL,
	  { { TABLE, EVENTS + 87 } } },
	{ "digests of all algorithms",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(1), EVENT(EVENTS, 8), DIGEST(EVENTS + 12, 0x04),
	    DIGEST(EVENTS + 34, 0x0b), DIGEST(EVENTS + 68, 0x0c),
	    DIGEST(EVENTS + 118, 0x0d), DIGEST(EVENTS + 184, 0x12),
	    DIGEST(EVENTS + 218, 0x27), DIGEST(EVENTS + 252, 0x28),
	    DIGEST(EVENTS + 302, 0x29), SIZE(EVENTS + 368, 1) },
	  INTACT,
	  NULL,
	  { { TABLE, EVENTS + 373 } } },
	{ "zeros",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { { 0 } },
	  DAMAGED,
	  "version 0, 0 events",
	  FINAL_GUESS },
	{ "version 2",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { { TABLE, 8, 2 } },
	  DAMAGED,
	  "version 2",
	  FINAL_GUESS },
	{ "too many events",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(65537) },
	  DAMAGED,
	  "65537 events",
	  FINAL_GUESS },
	{ "number of events with a high half",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(0x100000001) },
	  DAMAGED,
	  "4294967297 events",
	  FINAL_GUESS },
	{ "unknown algorithm",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(1), EVENT(EVENTS, 1), DIGEST(EVENTS + 12, 0x10) },
	  DAMAGED,
	  "unknown algorithm 0x10",
	  FINAL_GUESS },
	{ "more digests than there are algorithms",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(1), EVENT(EVENTS, 17) },
	  DAMAGED,
	  "17 digests",
	  FINAL_GUESS },
	{ "an event of 4 GiB",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(2), EVENT(EVENTS, 0), SIZE(EVENTS + 12, UINT32_MAX) },
	  DAMAGED,
	  "event 0 ends at byte 4294967327",
	  FINAL_GUESS },
	{ "an event longer than its memory",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(1), EVENT(EVENTS, 0), SIZE(EVENTS + 12, LOW_END - EVENTS - 15) },
	  DAMAGED,
	  "not all memory",
	  FINAL_GUESS },
	{ "events that leave memory",
	  EFI_TABLE_TPM_FINAL_EVENTS,
	  { HEADER(2), EVENT(EVENTS, 0), SIZE(EVENTS + 12, LOW_END - EVENTS - 16) },
	  DAMAGED,
	  "no memory of 12 bytes at 0x30000",
	  FINAL_GUESS },
};

/* The maximum number of events, without digests: every read must advance. */
static void many_events(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;

	(void)state;
	table_memory_make(&memory);
	put_le(memory_at(&memory, BIG_START), 8, 1);
	put_le(memory_at(&memory, BIG_START + 8), 8, 20000);
	examine(&memory, EFI_TABLE_TPM_FINAL_EVENTS, BIG_START, false);
	assert_int_equal(memory.table.state, INTACT);
	assert_int_equal(efi_table_size(&memory.table), 16 + 20000 * 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_events),
	};

	return RUN_TABLE(check_table_case, logs) | RUN_TABLE(check_table_case, final) |
	       cmocka_run_group_tests(tests, NULL, NULL);
}
