// SPDX-License-Identifier: GPL-2.0-only
/* Lists the boot entries, and chooses one for a load. */
#include "entries/entries_action.h"

#include <errno.h>
#include <stdio.h>

#include "entries/boot_entries.h"
#include "entries/entry_print.h"

enum exit_status list_entries_action(const struct options *options,
				     const struct root *root)
{
	_cleanup_boot_entries_ struct boot_entries entries = { 0 };
	_cleanup_error_ struct error err = { 0 };
	int rc = boot_entries_read(root, &entries, &err);

	if (options->debug)
		report_all("", &entries.notes);
	report_all("warning: ", &entries.warnings);
	if (!rc && options->list_entries_json)
		rc = entry_print_json(stdout, &entries, &err);
	else if (!rc)
		entry_print_text(stdout, &entries);
	return rc < 0 ? report_error(STATUS_UNPREPARED, &err) : STATUS_DONE;
}

int boot_entry_resolve(const struct root *root, struct options *options,
		       struct entry_options *texts, struct error *err)
{
	_cleanup_boot_entries_ struct boot_entries entries = { 0 };
	size_t index;
	int rc;

	if (!options->boot_entry)
		return 0;
	rc = boot_entries_read(root, &entries, err);
	if (options->debug)
		report_all("", &entries.notes);
	report_all("warning: ", &entries.warnings);
	if (!rc)
		rc = boot_entries_find(&entries, options->boot_entry_id, &index, err);
	if (!rc && !options->boot_entry_id && entries.default_reason &&
	    string_list_add(&texts->notes, "default boot entry: %s",
			    entries.default_reason) < 0)
		rc = error_no_memory(err);
	if (!rc)
		rc = entry_options_apply(root, &entries.items[index], options, texts,
					 err);
	if (options->debug)
		report_all("", &texts->notes);
	return rc;
}
