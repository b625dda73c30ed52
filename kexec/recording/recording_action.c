// SPDX-License-Identifier: GPL-2.0-only
/* The action --record. */
#include <errno.h>
#include <unistd.h>

#include "recording/recording.h"
#include "recording/recording_internal.h"

static int make(const struct options *options, const struct root *root,
		struct recording *recording, struct error *err)
{
	int rc = recording_require_absent(options->record, err);

	if (!rc)
		rc = recording_observe(root, recording, err);
	if (!rc)
		rc = recording_take_files(recording, err);
	if (!rc)
		rc = recording_take_memory(recording, err);
	if (!rc)
		rc = recording_describe(recording, err);
	return rc ? rc : recording_write(&recording->tree, options->record, err);
}

enum exit_status record_action(const struct options *options, const struct root *root)
{
	_cleanup_recording_ struct recording recording = { .all = options->record_all };
	_cleanup_error_ struct error err = { 0 };

	if (make(options, root, &recording, &err) < 0)
		return report_error(STATUS_UNPREPARED, &err);
	if (recording.unread.count) {
		error_set(
			&err, EACCES,
			"the record %s lacks %zu thing%s that could not be read; " RECORDING_TEXT
			" in it names them%s",
			options->record, recording.unread.count,
			recording.unread.count == 1 ? "" : "s",
			geteuid() ? ", and root can read more" : "");
		report_message("", err.message ? err.message : "");
	}
	return STATUS_DONE;
}
