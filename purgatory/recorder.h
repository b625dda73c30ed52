/* SPDX-License-Identifier: GPL-2.0-only */
/* Collects what purgatory did, and writes it as the record of record.h. */
#ifndef PURGATORY_RECORDER_H
#define PURGATORY_RECORDER_H

#include "efi.h"
#include "jump_back.h"
#include "physical_memory.h"
#include "purgatory_params.h"
#include "record.h"
#include "smbios.h"

/* Adds a step that was skipped. Beyond RECORD_SKIPS_MAX steps are only counted. */
void recorder_skip(struct record_run *run, enum record_step step,
		   enum record_reason reason, uint64_t value);

/* Adds the areas of *result, and a skip for each that was skipped. */
void recorder_areas(struct record_run *run, const struct efi_map_result *result);

/* Each returns the number of a status, which must be one that skips a step. */
enum record_reason recorder_map_reason(enum identity_map_status status);
enum record_reason recorder_smbios_reason(enum smbios_status status);
enum record_reason recorder_jump_back_reason(enum jump_back_status status);

/*
 * Writes the whole record to where->place, or nothing if that is 0 or outside memory.
 * Must be called after verification.
 */
void recorder_write(const struct physical_memory *memory,
		    const struct purgatory_record *where, const struct record_run *run);

#endif
