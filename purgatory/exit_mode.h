/* SPDX-License-Identifier: GPL-2.0-only */
/* Can the next kernel be entered in the mode that the loader asks for? */
#ifndef PURGATORY_EXIT_MODE_H
#define PURGATORY_EXIT_MODE_H

#include <stdint.h>

#include "purgatory_params.h"

enum exit_mode_status {
	EXIT_MODE_OK,
	EXIT_MODE_UNKNOWN,   /* none of ENTRY_MODE_… */
	EXIT_MODE_TOO_HIGH,  /* purgatory itself lies where the mode cannot reach */
	EXIT_MODE_TOO_LARGE, /* a register is to hold what it cannot */
	EXIT_MODE_STATUSES,
};

/*
 * own_end: end of purgatory's own memory, physical; purgatory runs on in the mode until
 * the very jump. Touches no memory but *entry.
 */
enum exit_mode_status exit_mode_check(const struct purgatory_entry *entry,
				      uint64_t own_end);

/* What is wrong, as the end of a sentence without a full stop; a static string. */
const char *exit_mode_reason(enum exit_mode_status status);

#endif
