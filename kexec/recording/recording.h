/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --record: a record of the machine, which --sysroot replays. The program reads the
 * machine as for a load and for --check, an observer notes what is read, and just that is
 * recorded: so a record has all that a load needs, and of memory nothing else. What each
 * file's contents may be is in recording_rules.c; a file without a rule is not recorded.
 */
#ifndef KEXEC_RECORDING_H
#define KEXEC_RECORDING_H

#include "cli/options.h"
#include "cli/report.h"
#include "util/io.h"

/*
 * Reads the machine below root and writes the record to options->record. Returns
 * STATUS_DONE, also if parts could not be read, with a message on stderr then; or
 * STATUS_UNPREPARED with a message, and nothing is written.
 */
enum exit_status record_action(const struct options *options, const struct root *root);

#endif
