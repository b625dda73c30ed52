// SPDX-License-Identifier: GPL-2.0-only
/* Decides which options an action goes with, according to the table of actions. */
#include "cli/action.h"

#include <errno.h>
#include <stdio.h>

#include "cli/options.h"

#define ACTION_ROW(name, form, use, flags, run) [ACTION_##name] = { form, use, flags },
static const struct action_row rows[] = { ACTION_TABLE(ACTION_ROW) };

const struct action_row *action_row(enum action action)
{
	return &rows[action];
}

/* Returns the actions of one use as "-S, --check", to be freed; NULL without memory. */
static char *list_actions(enum action_use use)
{
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);
	const char *before = "";

	if (!stream)
		return NULL;
	for (i = 0; i < ACTION_COUNT; i++) {
		if (rows[i].use != use)
			continue;
		fprintf(stream, "%s%s", before, rows[i].form);
		before = ", ";
	}
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

static int refuse_sysroot(const char *form, struct error *err)
{
	_cleanup_free_ char *readers = list_actions(ACTION_READS);

	if (!readers)
		return error_no_memory(err);
	return error_set(err, EINVAL,
			 "--sysroot describes another machine, but %s acts on this one; "
			 "--sysroot goes with %s, and with a load that --dry-run or "
			 "--dump-image shows",
			 form, readers);
}

/* Only an action that starts a kernel itself can leave a watchdog armed. */
static int require_watchdog_allowed(const struct options *options, struct error *err)
{
	if (!options->watchdog || options->action == ACTION_EXEC ||
	    options->action == ACTION_LOAD_AND_EXEC)
		return 0;
	return error_set(err, EINVAL,
			 "--watchdog=%u: it goes with -e and -f, but %s does not start a "
			 "kernel itself; for systemctl kexec, systemd has "
			 "KExecWatchdogSec=",
			 options->watchdog, action_row(options->action)->form);
}

/* --record is an action that nothing but --sysroot and --record-all goes with. */
static int require_record_alone(const struct options *options, struct error *err)
{
	if (options->record_all && !options->record)
		return error_set(err, EINVAL,
				 "--record-all goes with --record only, which names the "
				 "record to make");
	if (!options->record && options->action != ACTION_RECORD)
		return 0;
	if (options->action != ACTION_RECORD || load_only_shown(options))
		return error_set(err, EINVAL,
				 "--record only records the machine, so it does not go "
				 "with %s; give two commands",
				 load_only_shown(options)
					 ? "--dry-run or --dump-image"
					 : action_row(options->action)->form);
	if (!options->kernel)
		return 0;
	return error_set(
		err, EINVAL,
		"--record is about the machine, not about the kernel %s; leave "
		"it out, and load it from the record with --sysroot and --dry-run",
		options->kernel);
}

int action_require_allowed(const struct options *options, struct error *err)
{
	const struct action_row *row = action_row(options->action);
	bool shown = load_only_shown(options);
	int rc = require_record_alone(options, err);

	if (rc < 0)
		return rc;
	if (shown && row->use == ACTION_ACTS)
		return error_set(err, EINVAL,
				 "--dry-run and --dump-image show a load, but %s does "
				 "not load a kernel; leave one of them out",
				 row->form);
	if (options->sysroot &&
	    (row->use == ACTION_ACTS || (row->use == ACTION_LOADS && !shown)))
		return refuse_sysroot(row->form, err);
	return require_watchdog_allowed(options, err);
}
