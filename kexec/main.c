// SPDX-License-Identifier: GPL-2.0-only
/* kexec: reads the command line, carries out its action and sets the exit status. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "archive/sysroot.h"
#include "check/check.h"
#include "cli/options.h"
#include "cli/report.h"
#include "entries/entries_action.h"
#include "load/image_type.h"
#include "load/jump_back_action.h"
#include "load/load_action.h"
#include "load/loaded_action.h"
#include "load/start_action.h"
#include "recording/recording.h"
#include "util/io.h"

/* Carries out an action and prints its messages. root is open if the action uses it. */
typedef enum exit_status action_run(const struct options *options,
				    const struct root *root);

static enum exit_status help_action(const struct options *options,
				    const struct root *root)
{
	(void)options;
	(void)root;
	options_print_usage(stdout, image_type_name);
	return STATUS_DONE;
}

static enum exit_status version_action(const struct options *options,
				       const struct root *root)
{
	(void)options;
	(void)root;
	puts("kexec-efi " PACKAGE_VERSION
	     " (compatible with kexec-tools " OPTIONS_COMPATIBLE_VERSION ")");
	return STATUS_DONE;
}

#define ACTION_RUN(name, form, use, flags, run) [ACTION_##name] = run,
static action_run *const runs[] = { ACTION_TABLE(ACTION_RUN) };

static enum exit_status run_action(struct options *options)
{
	const struct action_row *action = action_row(options->action);
	_cleanup_root_ struct root root = { .fd = -1 };
	_cleanup_entry_options_ struct entry_options entry = { 0 };
	_cleanup_error_ struct error err = { 0 };
	int rc = action_require_allowed(options, &err);

	if (!rc && action->use != ACTION_USES_NOTHING)
		rc = sysroot_open(options->sysroot, &root, &err);
	if (!rc && (action->use == ACTION_LOADS || options->action == ACTION_CHECK))
		rc = boot_entry_resolve(&root, options, &entry, &err);
	if (rc < 0)
		return report_error(STATUS_UNPREPARED, &err);
	if (action->use == ACTION_LOADS && !options->kernel) {
		report_message("", "No kernel specified");
		options_print_usage(stdout, image_type_name);
		return STATUS_REFUSED;
	}
	return runs[options->action](options, &root);
}

/* A wrong serial port or speed has kexec-tools' exit status for it. */
static enum exit_status report_usage_error(int rc, const struct error *err)
{
	if (err->message)
		return report_error(rc == -ENODEV ? STATUS_REFUSED : STATUS_UNPREPARED,
				    err);
	/* "-?" asks for the usage. */
	options_print_usage(stdout, image_type_name);
	return STATUS_UNPREPARED;
}

/* Output that is lost, on a full disk for example, must not look like success. */
static enum exit_status flush_stdout(enum exit_status status)
{
	_cleanup_error_ struct error err = { 0 };

	if (!ferror(stdout) && !fflush(stdout))
		return status;
	error_set(&err, errno, "cannot write to standard output: %s", strerror(errno));
	return report_error(STATUS_UNPREPARED, &err);
}

int main(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	enum exit_status status;
	char name[] = "kexec";
	struct options options;
	int rc;

	/* getopt begins its messages with argv[0]. */
	if (argc > 0)
		argv[0] = name;
	rc = options_parse(argc, argv, &options, &err);
	status = rc < 0 ? report_usage_error(rc, &err) : run_action(&options);
	return flush_stdout(status);
}
