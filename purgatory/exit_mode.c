// SPDX-License-Identifier: GPL-2.0-only
#include "exit_mode.h"

#define GIB_4  (1ull << 32)
#define MIB_1  (1ull << 20)
#define KIB_64 (1ull << 16)

/* own_max: the highest end for purgatory. RIP and RSP must be below address_end. */
static enum exit_mode_status require_below(const struct purgatory_entry *entry,
					   uint64_t own_end, uint64_t own_max,
					   uint64_t address_end)
{
	if (own_end > own_max)
		return EXIT_MODE_TOO_HIGH;
	if (entry->rip >= address_end || entry->rsp >= address_end)
		return EXIT_MODE_TOO_LARGE;
	if (entry->rax >= GIB_4 || entry->rbx >= GIB_4 || entry->rsi >= GIB_4)
		return EXIT_MODE_TOO_LARGE;
	/* exit.S needs EDI for itself. */
	if (entry->rdi)
		return EXIT_MODE_TOO_LARGE;
	return EXIT_MODE_OK;
}

enum exit_mode_status exit_mode_check(const struct purgatory_entry *entry,
				      uint64_t own_end)
{
	switch (entry->mode) {
	case ENTRY_MODE_64BIT:
		return EXIT_MODE_OK;
	case ENTRY_MODE_32BIT:
		return require_below(entry, own_end, GIB_4, GIB_4);
	case ENTRY_MODE_REAL:
		return require_below(entry, own_end, MIB_1, KIB_64);
	default:
		return EXIT_MODE_UNKNOWN;
	}
}

const char *exit_mode_reason(enum exit_mode_status status)
{
	/* An array of arrays: pointers would need relocations. */
	static const char reasons[EXIT_MODE_STATUSES][48] = {
		[EXIT_MODE_OK] = "is possible",
		[EXIT_MODE_UNKNOWN] = "is not known",
		[EXIT_MODE_TOO_HIGH] = "cannot be reached from purgatory's place",
		[EXIT_MODE_TOO_LARGE] = "has no registers for such values",
	};

	return (unsigned int)status < EXIT_MODE_STATUSES ? reasons[status] : "failed";
}
