// SPDX-License-Identifier: GPL-2.0-only
/* The action "load": reads the inputs, and tries one system call, then the other. */
#include "load/load_action.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/progress_bar.h"
#include "cli/progress_watch.h"
#include "load/kexec_file_load.h"
#include "load/load.h"
#include "load/load_inputs.h"
#include "load/load_losses.h"
#include "load/load_method.h"
#include "load/load_permission.h"
#include "load/load_show.h"
#include "load/load_summary.h"
#include "load/loaded_memo.h"
#include "load/syscall_errors.h"
#include "load/syscalls.h"
#include "load/xen_image.h"
#include "xen/xen_calls.h"

/* Shared by the attempts of one action. */
struct load_run {
	const struct load_inputs *inputs;
	const struct load_losses *losses;
	struct progress_bar *bar;
	struct progress_watch *watch;
	struct load_order order; /* as chosen, also if --dry-run only shows kexec_load */
};

/* How one attempt at loading ended. */
struct attempt {
	int refused; /* the system call's errno; 0 if it was not reached, or succeeded */
	struct error err;
};

/* The bar is only shown if progress_columns() finds a terminal to draw on. */
static void begin_bar(const struct options *options, struct progress_bar *bar)
{
	progress_bar_begin(bar, stderr,
			   options->quiet ? 0 : progress_columns(STDERR_FILENO),
			   progress_monotonic_clock);
}

static int kept_damaged(struct error *err)
{
	return error_wrap(err, "a damaged image is loaded and cannot be unloaded, do not "
			       "start it");
}

/* A load is complete without the file: if it cannot be written, only -d says so. */
static void remember(const struct load_inputs *inputs, enum load_method method,
		     const char *command_line, uint64_t identity)
{
	_cleanup_error_ struct error err = { 0 };
	int rc = loaded_memo_write(inputs->memory.root, inputs, load_method_name(method),
				   command_line, identity, &err);

	if (rc < 0 && inputs->options.debug)
		report_message("", err.message ? err.message : strerror(-rc));
}

static void begin_call(const struct load_run *run)
{
	progress_bar_wait(run->bar, "handing over to the kernel");
}

/*
 * Returns rc, the call's result. After a success, signals wait until the load has been
 * checked and remembered. After a failure, the other call may follow.
 */
static int end_call(const struct load_run *run, int rc, struct attempt *attempt)
{
	if (rc >= 0)
		progress_watch_stop(run->watch);
	else
		attempt->refused = -rc;
	progress_bar_clear(run->bar);
	return rc;
}

static int unload(enum load_method method, const struct load_inputs *inputs,
		  const struct load *load)
{
	bool crash = load->image.purpose == IMAGE_CRASH;

	return method == LOAD_METHOD_XEN ? xen_unload(crash, NULL)
					 : kexec_unload(crash, &inputs->permission, NULL);
}

static int load_image(enum load_method method, const struct load_run *run,
		      const struct load *load, struct attempt *attempt)
{
	const struct load_inputs *inputs = run->inputs;
	struct error *err = &attempt->err;
	int rc = load_check_files(inputs, load, err);

	if (rc < 0)
		return rc;
	begin_call(run);
	rc = method == LOAD_METHOD_XEN
		     ? xen_load_image(&load->image, err)
		     : kexec_load_image(&load->image, &inputs->permission, err);
	if (end_call(run, rc, attempt) < 0)
		return rc;
	/*
	 * The kernel copied the files during the call. If one was changed meanwhile, the
	 * loaded copy may be half old and half new, so it is unloaded.
	 */
	rc = load_check_files(inputs, load, err);
	if (rc < 0 && unload(method, inputs, load) < 0)
		return kept_damaged(err);
	return rc;
}

/* method: kexec_load, or Xen's call, which takes the same images. */
static int load_by_segments(enum load_method method, const struct load_run *run,
			    struct attempt *attempt)
{
	const struct load_inputs *inputs = run->inputs;
	const struct options *options = &inputs->options;
	_cleanup_load_ struct load load = { 0 };
	int rc = load_prepare(inputs, &load, &attempt->err);

	progress_bar_clear(run->bar);
	if (options->debug) {
		report_all("", &inputs->crash.notes);
		report_all("", &load.image.notes);
	}
	report_all("warning: ", &load.image.warnings);
	if (rc < 0)
		return rc;
	load.image.calls = load_order_calls(&run->order);
	load.image.summary = load_summary(inputs, &run->order, method, &load.image);
	if (options->debug && options->dry_run != DRY_RUN_TEXT)
		rc = load_print_plan(stderr, inputs, &load.image, &attempt->err);
	if (rc < 0)
		return rc;
	if (load_only_shown(options))
		return load_show(inputs, &load.image, &attempt->err);
	rc = load_image(method, run, &load, attempt);
	if (!rc)
		remember(inputs, method, load.image.command_line,
			 load.image.record.identity);
	return rc;
}

static void report_summary(const struct load_run *run)
{
	_cleanup_free_ char *text =
		load_summary(run->inputs, &run->order, LOAD_METHOD_KEXEC_FILE_LOAD, NULL);

	report_message("", text ? text : "out of memory");
}

/* The running kernel makes the image, and may or may not map the EFI tables. */
static int load_by_kexec_file_load(const struct load_run *run, struct attempt *attempt)
{
	const struct load_inputs *inputs = run->inputs;
	const struct options *options = &inputs->options;
	_cleanup_file_load_ struct file_load load = { 0 };
	int rc = file_load_prepare(inputs, &load, &attempt->err);

	progress_bar_clear(run->bar);
	if (options->debug) {
		report_all("", &inputs->files.uki.notes);
		report_all("", &load.notes);
	}
	if (rc < 0)
		return rc;
	if (options->debug)
		report_summary(run);
	begin_call(run);
	rc = kexec_load_by_files(&load, &inputs->permission, &attempt->err);
	if (end_call(run, rc, attempt) < 0)
		return rc;
	/* As in load_image(): unload a copy of files that were changed meanwhile. */
	rc = boot_files_require_unchanged(&inputs->files, &attempt->err);
	if (rc < 0 && kexec_file_unload(load.crash, &inputs->permission, NULL) < 0)
		return kept_damaged(&attempt->err);
	if (!rc)
		remember(inputs, LOAD_METHOD_KEXEC_FILE_LOAD, load.command_line, 0);
	return rc;
}

static void warn_of_losses(const struct load_losses *losses, enum load_method method)
{
	size_t i;

	for (i = 0; i < losses->count; i++)
		if (losses->items[i].by == method && !losses->items[i].in_image)
			report_message("warning: ", losses->items[i].text);
}

static int load_by(enum load_method method, const struct load_run *run,
		   struct attempt *attempt)
{
	const struct options *options = &run->inputs->options;
	int rc = load_losses_require_efi(run->losses, options, method, &attempt->err);

	if (rc < 0) {
		progress_bar_clear(run->bar);
		return rc;
	}
	rc = method == LOAD_METHOD_KEXEC_FILE_LOAD
		     ? load_by_kexec_file_load(run, attempt)
		     : load_by_segments(method, run, attempt);
	if (rc < 0 || load_only_shown(options))
		return rc;
	warn_of_losses(run->losses, method);
	if (options->debug)
		report_message(options->crash ? "the crash kernel is loaded by "
					      : "the kernel is loaded by ",
			       load_method_name(method));
	return 0;
}

static enum exit_status fail_load(const struct options *options,
				  const struct attempt *attempt)
{
	const struct load_order file_load_first = { .first = LOAD_METHOD_KEXEC_FILE_LOAD,
						    .has_second = true };
	const struct error *err = &attempt->err;

	/* kexec-tools' status for what is not a kernel, or not of the wanted type. */
	if (!attempt->refused)
		return report_error(
			err->number == ENOEXEC ? STATUS_REFUSED : STATUS_UNPREPARED, err);
	/* With -s, a file that kexec_load might accept has its own status. */
	if (options->load_syscall == LOAD_SYSCALL_KEXEC_FILE_LOAD &&
	    load_order_falls_back(&file_load_first, attempt->refused))
		return report_error(STATUS_OTHER_CALL, err);
	return report_error(STATUS_REFUSED, err);
}

static enum exit_status report_impossible(const struct options *options,
					  const struct error *err)
{
	return report_error(
		options->preserve_context ? STATUS_UNPREPARED : STATUS_REFUSED, err);
}

/* Returns whether the other call should be tried after the first one has failed. */
static bool other_may_load(const struct load_order *order, const struct attempt *first,
			   const struct load_inputs *inputs)
{
	if (!first->refused)
		return load_order_does_without_image(order, inputs, first->err.number);
	return load_order_falls_back(order, first->refused);
}

/* Returns true if the second call does not exist or was refused for the same cause. */
static bool adds_nothing(const struct attempt *first, const struct attempt *second,
			 const struct load_permission *permission)
{
	enum refusal_cause cause = refusal_find_cause(permission, first->refused);

	if (second->refused == ENOSYS)
		return true;
	if (cause != refusal_find_cause(permission, second->refused))
		return false;
	return cause == REFUSAL_CAPABILITY || cause == REFUSAL_DISABLED ||
	       cause == REFUSAL_POLICY;
}

static enum exit_status try_both(const struct load_order *order,
				 const struct load_run *run, struct attempt *first,
				 struct attempt *second)
{
	const struct options *options = &run->inputs->options;

	if (!load_by(order->first, run, first))
		return STATUS_DONE;
	if (!other_may_load(order, first, run->inputs))
		return fail_load(options, first);
	if (options->debug)
		report_message("", first->err.message ? first->err.message
						      : strerror(first->err.number));
	if (!load_by(load_method_other(order->first), run, second))
		return STATUS_DONE;
	/* The second call adds nothing: report the first error. */
	if (adds_nothing(first, second, &run->inputs->permission))
		return fail_load(options, first);
	if (first->err.message)
		error_wrap(&second->err, "%s; then", first->err.message);
	return fail_load(options, second);
}

/* With -d: which call comes first and why; if there is a choice, what each call loses. */
static void explain_order(const struct load_order *order, const struct load_run *run)
{
	const struct load_losses *losses = run->losses;
	_cleanup_free_ char *text = NULL;
	size_t i;

	if (asprintf(&text, "%s comes first %s", load_method_name(order->first),
		     order->reason) < 0)
		text = NULL;
	for (i = 0;
	     run->inputs->options.load_syscall == LOAD_SYSCALL_AUTO && i < losses->count;
	     i++)
		report_message("", losses->items[i].text);
	report_message("", text ? text : "out of memory");
}

static enum exit_status load(struct load_run *run)
{
	const struct options *options = &run->inputs->options;
	struct attempt first = { 0 }, second = { 0 };
	struct load_order order = load_order_choose(run->inputs, run->losses);
	enum exit_status status;
	int rc = 0;

	run->order = order;
	/* Only an image for kexec_load can be shown: the kernel makes the other one. */
	if (load_only_shown(options)) {
		rc = load_losses_require_efi(run->losses, options, order.first,
					     &first.err);
		if (order.first != LOAD_METHOD_XEN)
			order = (struct load_order){ .first = LOAD_METHOD_KEXEC_LOAD };
	} else if (options->debug) {
		explain_order(&order, run);
	}
	status = rc < 0 ? fail_load(options, &first)
			: try_both(&order, run, &first, &second);
	error_clear(&first.err);
	error_clear(&second.err);
	return status;
}

enum exit_status load_action(const struct options *options, const struct root *root)
{
	_cleanup_load_inputs_ struct load_inputs inputs = { 0 };
	_cleanup_load_losses_ struct load_losses losses = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_progress_watch_ struct progress_watch watch = { 0 };
	struct progress_bar bar;
	int rc;

	if (load_method_require_possible(options, &err) < 0)
		return report_impossible(options, &err);
	begin_bar(options, &bar);
	progress_watch_begin(&bar, &watch);
	rc = load_inputs_read_machine(options, root, false, &inputs, &err);
	if (!rc && load_method_require_xen(options, inputs.permission.xen, &err) < 0) {
		progress_bar_clear(&bar);
		return report_impossible(options, &err);
	}
	if (!rc)
		rc = load_inputs_open_files(&bar.progress, &inputs, &err);
	if (!rc && load_losses_find(&inputs, &losses) < 0)
		rc = error_no_memory(&err);
	if (options->debug || rc < 0 || inputs.warnings.count)
		progress_bar_clear(&bar);
	if (options->debug)
		report_all("", &inputs.machine.notes);
	report_all("warning: ", &inputs.warnings);
	if (rc < 0)
		return fail_load(options, &(const struct attempt){ .err = err });
	if (!load_only_shown(options) &&
	    load_permission_require(&inputs.permission, options->crash, &err) < 0)
		return report_error(STATUS_REFUSED, &err);
	return load(&(struct load_run){
		.inputs = &inputs, .losses = &losses, .bar = &bar, .watch = &watch });
}
