/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks whether the next kernel can be entered in the mode that the loader asks for. */
#ifndef PURGATORY_EXIT_MODE_H
#define PURGATORY_EXIT_MODE_H

#include <stdint.h>

#include "purgatory_params.h"

enum exit_mode_status {
	EXIT_MODE_OK,
	EXIT_MODE_UNKNOWN,   /* not one of ENTRY_MODE_… */
	EXIT_MODE_TOO_HIGH,  /* the mode cannot reach purgatory itself */
	EXIT_MODE_TOO_LARGE, /* a value does not fit into its register */
	EXIT_MODE_STATUSES,
};

/*
 * own_end: end of purgatory's own memory, physical. Purgatory itself runs in that mode
 * before it jumps, so the mode must reach its memory. Reads *entry only.
 */
enum exit_mode_status exit_mode_check(const struct purgatory_entry *entry,
				      uint64_t own_end);

/* Returns the reason: the end of a sentence, without a full stop. Static. */
const char *exit_mode_reason(enum exit_mode_status status);

#endif
