// SPDX-License-Identifier: GPL-2.0-only
/* kexec: the actions in their order, and the exit status. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check/check.h"
#include "cli/options.h"
#include "cli/report.h"
#include "crash/crash_facts.h"
#include "load/load_action.h"
#include "load/load_method.h"
#include "load/syscalls.h"
#include "machine/machine.h"

/* What was printed is lost if a disk is full; that must not look like success. */
static enum exit_status flush_stdout(enum exit_status status)
{
	_cleanup_error_ struct error err = { 0 };

	if (!ferror(stdout) && !fflush(stdout))
		return status;
	error_set(&err, errno, "cannot write to standard output: %s", strerror(errno));
	return report_error(STATUS_UNPREPARED, &err);
}

static enum exit_status do_exec(const struct options *options, struct error *err)
{
	if (!options->no_sync)
		sync();
	if (!options->no_ifdown)
		network_interfaces_down();
	if (kexec_reboot(err) < 0)
		return report_error(STATUS_REFUSED, err);
	return STATUS_DONE;
}

static enum exit_status do_exec_loaded(const struct options *options,
				       const struct root *root, struct error *err)
{
	struct machine_status status;

	/* A status that cannot be read is no reason to stay: reboot will tell. */
	machine_read_status(root, &status);
	if (status.normal_known && !status.normal_loaded) {
		error_set(err, ENOENT,
			  "no kernel is loaded that could be started; load one with "
			  "kexec -l KERNEL");
		return report_error(STATUS_UNPREPARED, err);
	}
	return do_exec(options, err);
}

static enum exit_status do_load_and_go(const struct options *options,
				       const struct root *root, struct error *err)
{
	enum exit_status status = load_action(options, root, err);

	if (status != STATUS_DONE || load_only_shown(options))
		return status;
	/* A crash image is not what starts now; there may be no other one. */
	if (options->action == ACTION_LOAD_AND_EXEC)
		return options->crash ? do_exec_loaded(options, root, err)
				      : do_exec(options, err);
	exec_shutdown(err);
	return report_error(STATUS_REFUSED, err);
}

static enum exit_status do_unload(const struct options *options, const struct root *root,
				  struct error *err)
{
	struct load_order order = { LOAD_METHOD_KEXEC_LOAD, true };
	int rc;

	if (options->load_syscall == LOAD_SYSCALL_KEXEC_FILE_LOAD)
		rc = kexec_file_unload(options->crash, root, err);
	else
		rc = kexec_unload(options->crash, root, err);
	/* Its refusal says more than that of a call that may not be there. */
	if (options->load_syscall == LOAD_SYSCALL_AUTO &&
	    load_order_falls_back(&order, -rc) &&
	    !kexec_file_unload(options->crash, root, NULL))
		rc = 0;
	return rc < 0 ? report_error(STATUS_REFUSED, err) : STATUS_DONE;
}

static enum exit_status do_status(const struct options *options, const struct root *root,
				  struct error *err)
{
	struct machine_status status;
	bool normal = options->normal_status;
	bool known, loaded;

	machine_read_status(root, &status);
	known = normal ? status.normal_known : status.crash_known;
	loaded = normal ? status.normal_loaded : status.crash_loaded;
	if (!known) {
		error_set(err, ENOENT,
			  "cannot read /sys/kernel/%s: is /sys mounted, and the kernel "
			  "built with CONFIG_KEXEC?",
			  normal ? "kexec_loaded" : "kexec_crash_loaded");
		return report_error(STATUS_REFUSED, err);
	}
	return loaded ? STATUS_LOADED : STATUS_NOT_LOADED;
}

static enum exit_status do_print_crash_size(const struct root *root, struct error *err)
{
	uint64_t size;

	if (crash_region_read_size(root, &size, err) < 0)
		return report_error(STATUS_UNPREPARED, err);
	printf("%llu\n", (unsigned long long)size);
	return STATUS_DONE;
}

/* Refuses what would act on this machine although only looking was asked for. */
static int require_harmless(const struct options *options, struct error *err)
{
	bool acts_only = options->action == ACTION_EXEC ||
			 options->action == ACTION_LOAD_JUMP_BACK ||
			 options->action == ACTION_UNLOAD;

	if (load_only_shown(options) && acts_only)
		return error_set(err, EINVAL,
				 "--dry-run and --dump-image show a load; with -e, -u "
				 "and --load-jump-back-helper there is none");
	if (options->sysroot && !load_only_shown(options) &&
	    options->action != ACTION_STATUS && options->action != ACTION_CHECK &&
	    options->action != ACTION_PRINT_CRASH_SIZE)
		return error_set(err, EINVAL,
				 "--sysroot describes another machine; it goes with "
				 "--dry-run, --dump-image, --check, -S and "
				 "--print-ckr-size only");
	return 0;
}

static enum exit_status run(const struct options *options, struct error *err)
{
	_cleanup_root_ struct root root = { .fd = -1 };

	if (require_harmless(options, err) < 0 ||
	    root_open(options->sysroot, &root, err) < 0)
		return report_error(STATUS_UNPREPARED, err);
	switch (options->action) {
	case ACTION_LOAD:
		return load_action(options, &root, err);
	case ACTION_LOAD_AND_EXEC:
	case ACTION_LOAD_AND_SHUTDOWN:
		return do_load_and_go(options, &root, err);
	case ACTION_EXEC:
		return do_exec_loaded(options, &root, err);
	case ACTION_LOAD_JUMP_BACK:
		return load_jump_back_action(options, &root, err);
	case ACTION_UNLOAD:
		return do_unload(options, &root, err);
	case ACTION_STATUS:
		return do_status(options, &root, err);
	case ACTION_PRINT_CRASH_SIZE:
		return do_print_crash_size(&root, err);
	case ACTION_CHECK:
		return check_action(options, &root, err);
	case ACTION_HELP:
	case ACTION_VERSION:
		break;
	}
	return STATUS_DONE;
}

int main(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	enum exit_status status = STATUS_DONE;
	char name[] = "kexec";
	struct options options;
	int rc;

	/* getopt begins its messages with it. */
	if (argc > 0)
		argv[0] = name;
	rc = options_parse(argc, argv, &options, &err);
	if (rc < 0 && err.message)
		return report_error(rc == -ENODEV ? STATUS_REFUSED : STATUS_UNPREPARED,
				    &err);
	if (rc < 0) {
		/* getopt has said what is wrong. */
		options_print_usage(stdout);
		status = STATUS_UNPREPARED;
	} else if (options.action == ACTION_HELP) {
		options_print_usage(stdout);
	} else if (options.action == ACTION_VERSION) {
		puts("kexec-efi " PACKAGE_VERSION " (kexec-tools compatible)");
	} else {
		status = run(&options, &err);
	}
	return flush_stdout(status);
}
