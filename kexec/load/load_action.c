// SPDX-License-Identifier: GPL-2.0-only
/* The action "load": by which system call, and what becomes of its answer. */
#include "load/load_action.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/progress_bar.h"
#include "load/jump_back.h"
#include "load/kexec_file_load.h"
#include "load/load.h"
#include "load/load_method.h"
#include "load/syscalls.h"
#include "plan/plan.h"

/* One try at loading. */
struct attempt {
	int refused; /* the system call's errno; 0 if it was not reached, or succeeded */
	bool passed_on;	    /* the other system call is the one for this kernel file */
	bool facts_missing; /* of what this one needs to know of the machine */
};

/* --dry-run and --dump-image */
static int show(const struct options *options, const struct load *load, struct error *err)
{
	int rc = 0;

	if (options->dump_image)
		rc = plan_dump(options->dump_image, &load->machine, &load->image, err);
	if (!rc && options->dry_run == DRY_RUN_TEXT)
		plan_print_text(stdout, &load->machine, &load->image);
	if (!rc && options->dry_run == DRY_RUN_JSON)
		rc = plan_print_json(stdout, &load->machine, &load->image, err);
	return rc;
}

/* On a terminal that somebody looks at. */
static void begin_bar(const struct options *options, struct progress_bar *bar)
{
	progress_bar_begin(bar, stderr,
			   options->quiet ? 0 : progress_columns(STDERR_FILENO),
			   progress_monotonic_clock);
}

static int load_by_kexec_load(const struct options *options, const struct root *root,
			      struct attempt *attempt, struct error *err)
{
	_cleanup_load_ struct load load = { 0 };
	struct progress_bar bar;
	int rc;

	begin_bar(options, &bar);
	load.files.progress = &bar.progress;
	rc = load_prepare(options, root, &load, err);
	progress_bar_clear(&bar);
	if (options->debug) {
		report_all("", &load.machine.notes);
		report_all("", &load.crash.notes);
		report_all("", &load.image.notes);
	}
	report_all("warning: ", &load.image.warnings);
	attempt->facts_missing = load.facts_missing;
	if (rc < 0)
		return rc;
	if (options->debug && options->dry_run != DRY_RUN_TEXT)
		plan_print_text(stderr, &load.machine, &load.image);
	if (load_only_shown(options))
		return show(options, &load, err);
	rc = load_check_files(&load, err);
	if (rc < 0)
		return rc;
	rc = kexec_load_image(&load.image, root, err);
	if (rc < 0) {
		attempt->refused = -rc;
		return rc;
	}
	/*
	 * The kernel copied the files during the call. One that was written to meanwhile
	 * may be half old and half new, and what is loaded must not stay.
	 */
	rc = load_check_files(&load, err);
	if (rc < 0 && kexec_unload(load.image.purpose == IMAGE_CRASH, root, NULL) < 0)
		error_wrap(err, "a damaged image is loaded and cannot be unloaded, do "
				"not start it");
	return rc;
}

/* The running kernel makes the image; whether it maps the EFI tables is up to it. */
static int load_by_kexec_file_load(const struct options *options, const struct root *root,
				   struct attempt *attempt, struct error *err)
{
	_cleanup_file_load_ struct file_load load = { 0 };
	struct progress_bar bar;
	int rc;

	begin_bar(options, &bar);
	load.files.progress = &bar.progress;
	rc = file_load_prepare(options, root, &load, err);
	progress_bar_clear(&bar);
	if (options->debug) {
		report_all("", &load.files.uki.notes);
		report_all("", &load.notes);
	}
	if (rc < 0)
		return rc;
	if (options->load_syscall == LOAD_SYSCALL_AUTO && load.for_kexec_load) {
		attempt->passed_on = true;
		return -ENOEXEC;
	}
	if (efi_map_config_is_required(options->efi_map_config) &&
	    root_exists(root, "sys/firmware/efi"))
		report_message("warning: ",
			       "--efi-map-config: kexec_file_load leaves the mapping of "
			       "the EFI tables to the running kernel, and not every one "
			       "maps them");
	rc = kexec_load_by_files(&load, root, err);
	if (rc < 0) {
		attempt->refused = -rc;
		return rc;
	}
	/* As above: what was read in the middle of a change must not stay. */
	rc = file_load_check_files(&load, err);
	if (rc < 0 && kexec_file_unload(load.crash, root, NULL) < 0)
		error_wrap(err, "a damaged image is loaded and cannot be unloaded, do "
				"not start it");
	return rc;
}

static int load_by(enum load_method method, const struct options *options,
		   const struct root *root, struct attempt *attempt, struct error *err)
{
	*attempt = (struct attempt){ 0 };
	return method == LOAD_METHOD_KEXEC_FILE_LOAD
		       ? load_by_kexec_file_load(options, root, attempt, err)
		       : load_by_kexec_load(options, root, attempt, err);
}

static enum load_method other(enum load_method method)
{
	return method == LOAD_METHOD_KEXEC_FILE_LOAD ? LOAD_METHOD_KEXEC_LOAD
						     : LOAD_METHOD_KEXEC_FILE_LOAD;
}

static enum exit_status fail_load(const struct options *options,
				  const struct attempt *attempt, const struct error *err)
{
	struct load_order file_load_first = { LOAD_METHOD_KEXEC_FILE_LOAD, true };

	/* kexec-tools' status for a file that is not a kernel, or not of the wanted type. */
	if (!attempt->refused)
		return report_error(
			err->number == ENOEXEC ? STATUS_REFUSED : STATUS_UNPREPARED, err);
	/* With -s, what the other system call might have taken has a status of its own. */
	if (options->load_syscall == LOAD_SYSCALL_KEXEC_FILE_LOAD &&
	    load_order_falls_back(&file_load_first, attempt->refused))
		return report_error(STATUS_OTHER_CALL, err);
	return report_error(STATUS_REFUSED, err);
}

/* Messages differ in the system call that they begin with, at least. */
static bool same_reason(const struct error *first, const struct error *second)
{
	const char *a = first->message ? strchr(first->message, ':') : NULL;
	const char *b = second->message ? strchr(second->message, ':') : NULL;

	return a && b && !strcmp(a, b);
}

/* kexec-tools has an exit status of its own for these, and ignores other options with -s. */
static int require_possible_syscall(const struct options *options, struct error *err)
{
	const char *reason = load_needs_kexec_load(options);

	if (options->load_syscall != LOAD_SYSCALL_KEXEC_FILE_LOAD || !reason ||
	    (options->kernel_entry == KERNEL_ENTRY_DEFAULT && !options->preserve_context))
		return 0;
	return error_set(err, EINVAL, "%s and -s: kexec_file_load cannot do that; use -c",
			 reason);
}

/* Once the first system call has not loaded, whether the other one may. */
static bool other_may_load(const struct load_order *order, const struct attempt *attempt,
			   const struct options *options, const struct root *root)
{
	if (attempt->facts_missing)
		return load_order_does_without_facts(order, options, root);
	return load_order_falls_back(order, attempt->refused);
}

enum exit_status load_action(const struct options *options, const struct root *root)
{
	_cleanup_error_ struct error first = { 0 }, err = { 0 };
	struct attempt attempt, refused;
	struct load_order order;

	if (require_possible_syscall(options, &err) < 0)
		return report_error(options->preserve_context ? STATUS_UNPREPARED
							      : STATUS_REFUSED,
				    &err);
	order = load_order_choose(options, root);
	/* Only what kexec makes itself can be shown. */
	if (load_only_shown(options))
		order = (struct load_order){ LOAD_METHOD_KEXEC_LOAD, false };
	if (!load_by(order.first, options, root, &attempt, &first))
		return STATUS_DONE;
	if (attempt.passed_on)
		return load_by(LOAD_METHOD_KEXEC_LOAD, options, root, &attempt, &err)
			       ? fail_load(options, &attempt, &err)
			       : STATUS_DONE;
	if (!other_may_load(&order, &attempt, options, root))
		return fail_load(options, &attempt, &first);
	if (options->debug)
		report_message("", first.message ? first.message : "out of memory");
	refused = attempt;
	if (!load_by(other(order.first), options, root, &attempt, &err))
		return STATUS_DONE;
	/*
	 * Refused for the same reason, not there at all, or not for such a file: the first
	 * message says it all.
	 */
	if (attempt.refused == ENOSYS || attempt.passed_on || same_reason(&first, &err))
		return fail_load(options, &refused, &first);
	if (first.message)
		error_wrap(&err, "%s; then", first.message);
	return fail_load(options, &attempt, &err);
}

/* It must not replace an image that is loaded, and cannot guess the address. */
static int require_jump_back_possible(const struct options *options,
				      const struct root *root, struct error *err)
{
	struct machine_status status;

	machine_read_status(root, &status);
	if (status.normal_known && status.normal_loaded)
		return error_set(err, EBUSY,
				 "--load-jump-back-helper: a kernel is loaded already; "
				 "kexec -u unloads it");
	if (!options->entry)
		return error_set(err, EINVAL,
				 "--load-jump-back-helper needs --entry=ADDRESS: the "
				 "kexec_jump_back_entry= of /proc/cmdline");
	return 0;
}

enum exit_status load_jump_back_action(const struct options *options,
				       const struct root *root)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_image_ struct image image = { 0 };
	int rc;

	if (require_jump_back_possible(options, root, &err) < 0)
		return report_error(STATUS_REFUSED, &err);
	rc = machine_read(root, &machine, &err);
	if (!rc)
		rc = jump_back_build(options, &machine, &image, &err);
	if (options->debug) {
		report_all("", &machine.notes);
		report_all("", &image.notes);
	}
	if (rc < 0)
		return report_error(STATUS_UNPREPARED, &err);
	rc = kexec_load_image(&image, root, &err);
	return rc < 0 ? report_error(STATUS_REFUSED, &err) : STATUS_DONE;
}
