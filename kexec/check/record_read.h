/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads a record that purgatory has left (purgatory/record.h). */
#ifndef KEXEC_CHECK_RECORD_READ_H
#define KEXEC_CHECK_RECORD_READ_H

#include <stdbool.h>

#include "purgatory/record.h"
#include "util/bytes.h"

/*
 * Decodes the data of a node. Returns true and sets *record if it is a whole record of
 * the known version whose values agree with one another: its texts are printable and end
 * with a NUL, its time stamps ascend, its ranges do not end before they start. Steps and
 * reasons of skips may have unknown numbers. Returns false and sets *defect to a sentence
 * without a full stop (static) otherwise.
 */
bool record_read(struct bytes data, struct kexec_record *record, const char **defect);

/* Skips that are in record->run.skips: skip_count, or RECORD_SKIPS_MAX. */
uint32_t record_skips(const struct kexec_record *record);

/* Returns the name of a step for messages, such as "the EFI system table". Static. */
const char *record_step_name(uint32_t step);

/* Returns why a step was skipped: the end of a sentence, without a full stop. Static. */
const char *record_reason_text(uint32_t reason);

/* Returns "64-bit", "32-bit" or "real". */
const char *record_entry_mode_name(const struct kexec_record *record);

#endif
