// SPDX-License-Identifier: GPL-2.0-only
/* kexec: the actions in their order, the exit status, and all messages. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file_load.h"
#include "load.h"
#include "load_method.h"
#include "machine.h"
#include "options.h"
#include "plan.h"
#include "syscalls.h"

/* kexec-tools' numbers, which callers know. */
enum status {
	STATUS_DONE = 0,
	STATUS_NOT_LOADED = 0,	 /* -S */
	STATUS_LOADED = 1,	 /* -S */
	STATUS_UNPREPARED = 1,	 /* wrong usage, or the load could not be prepared */
	STATUS_OTHER_CALL = 253, /* -s, and kexec_load might have taken it */
	STATUS_REFUSED = 255,	 /* the running kernel said no, or nothing was asked */
};

/* One try at loading. */
struct attempt {
	int refused; /* the system call's errno; 0 if it was not reached, or succeeded */
};

/* Some messages have further lines, with the segments of an image. */
static void print_message(const char *prefix, const char *text)
{
	fprintf(stderr, "kexec: %s", prefix);
	print_escaped_but(stderr, text, "\n");
	fputc('\n', stderr);
}

static enum status fail(enum status status, const struct error *err)
{
	print_message("", err->message ? err->message : strerror(err->number));
	return status;
}

/* What was printed is lost if a disk is full; that must not look like success. */
static enum status flush_stdout(enum status status)
{
	if (!ferror(stdout) && !fflush(stdout))
		return status;
	fprintf(stderr, "kexec: cannot write to standard output: %s\n", strerror(errno));
	return STATUS_UNPREPARED;
}

static void print_all(const char *prefix, const struct string_list *texts)
{
	size_t i;

	for (i = 0; i < texts->count; i++)
		print_message(prefix, texts->items[i]);
}

static bool looks_only(const struct options *options)
{
	return options->dry_run != DRY_RUN_NO || options->dump_image;
}

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

static int load_segments(const struct options *options, const struct root *root,
			 struct attempt *attempt, struct error *err)
{
	_cleanup_load_ struct load load = { 0 };
	int rc = load_prepare(options, root, &load, err);

	if (options->debug) {
		print_all("", &load.machine.notes);
		print_all("", &load.crash.notes);
		print_all("", &load.image.notes);
	}
	print_all("warning: ", &load.image.warnings);
	if (rc < 0)
		return rc;
	if (options->debug && options->dry_run != DRY_RUN_TEXT)
		plan_print_text(stderr, &load.machine, &load.image);
	if (looks_only(options))
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
	if (rc < 0 && kexec_unload(load.image.on_crash, root, NULL) < 0)
		error_wrap(err, "a damaged image is loaded and cannot be unloaded, do "
				"not start it");
	return rc;
}

/* The running kernel makes the image; whether it maps the EFI tables is up to it. */
static int load_files(const struct options *options, const struct root *root,
		      struct attempt *attempt, struct error *err)
{
	_cleanup_file_load_ struct file_load load = { 0 };
	int rc = file_load_prepare(options, root, &load, err);

	if (rc < 0)
		return rc;
	if (options->efi_map_config == EFI_MAP_CONFIG_IN_PLACE &&
	    root_exists(root, "sys/firmware/efi"))
		print_message("warning: ",
			      "--efi-map-config: kexec_file_load leaves the mapping of "
			      "the EFI tables to the running kernel, and not every one "
			      "maps them");
	rc = kexec_load_files(&load, root, err);
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
	attempt->refused = 0;
	return method == LOAD_METHOD_FILES ? load_files(options, root, attempt, err)
					   : load_segments(options, root, attempt, err);
}

static enum load_method other(enum load_method method)
{
	return method == LOAD_METHOD_FILES ? LOAD_METHOD_SEGMENTS : LOAD_METHOD_FILES;
}

static enum status fail_load(const struct options *options, const struct attempt *attempt,
			     const struct error *err)
{
	struct load_order files_first = { LOAD_METHOD_FILES, true };

	if (!attempt->refused)
		return fail(STATUS_UNPREPARED, err);
	/* With -s, what the other system call might have taken has a status of its own. */
	if (options->load_syscall == LOAD_SYSCALL_FILES &&
	    load_order_falls_back(&files_first, attempt->refused))
		return fail(STATUS_OTHER_CALL, err);
	return fail(STATUS_REFUSED, err);
}

/* Messages differ in the system call that they begin with, at least. */
static bool same_reason(const struct error *first, const struct error *second)
{
	const char *a = first->message ? strchr(first->message, ':') : NULL;
	const char *b = second->message ? strchr(second->message, ':') : NULL;

	return a && b && !strcmp(a, b);
}

static enum status do_load(const struct options *options, const struct root *root,
			   struct error *err)
{
	_cleanup_error_ struct error first = { 0 };
	struct attempt attempt;
	struct load_order order;

	if (!options->kernel) {
		fputs("kexec: No kernel specified\n", stderr);
		options_print_usage(stdout);
		return STATUS_REFUSED;
	}
	order = load_order_choose(options, root);
	/* Only what kexec makes itself can be shown. */
	if (looks_only(options))
		order = (struct load_order){ LOAD_METHOD_SEGMENTS, false };
	if (!load_by(order.first, options, root, &attempt, &first))
		return STATUS_DONE;
	if (!load_order_falls_back(&order, attempt.refused))
		return fail_load(options, &attempt, &first);
	if (options->debug)
		print_message("", first.message ? first.message : "out of memory");
	if (!load_by(other(order.first), options, root, &attempt, err))
		return STATUS_DONE;
	/* Refused for the same reason, or not there at all: the first message says it all. */
	if (attempt.refused == ENOSYS || same_reason(&first, err))
		return fail_load(options, &attempt, &first);
	if (first.message)
		error_wrap(err, "%s; then", first.message);
	return fail_load(options, &attempt, err);
}

static enum status do_exec(const struct options *options, struct error *err)
{
	if (!options->no_sync)
		sync();
	if (!options->no_ifdown)
		network_interfaces_down();
	kexec_reboot(err);
	return fail(STATUS_REFUSED, err);
}

static enum status do_load_and_go(const struct options *options, const struct root *root,
				  struct error *err)
{
	enum status status = do_load(options, root, err);

	if (status != STATUS_DONE || looks_only(options))
		return status;
	if (options->action == ACTION_LOAD_AND_EXEC)
		return do_exec(options, err);
	exec_shutdown(err);
	return fail(STATUS_REFUSED, err);
}

static enum status do_exec_loaded(const struct options *options, const struct root *root,
				  struct error *err)
{
	struct machine_status status;

	/* A status that cannot be read is no reason to stay: reboot will tell. */
	machine_read_status(root, &status);
	if (status.normal_known && !status.normal_loaded) {
		error_set(err, ENOENT,
			  "no kernel is loaded that could be started; load one with "
			  "kexec -l KERNEL");
		return fail(STATUS_UNPREPARED, err);
	}
	return do_exec(options, err);
}

static enum status do_unload(const struct options *options, const struct root *root,
			     struct error *err)
{
	struct load_order order = { LOAD_METHOD_SEGMENTS, true };
	int rc;

	if (options->load_syscall == LOAD_SYSCALL_FILES)
		rc = kexec_file_unload(options->crash, root, err);
	else
		rc = kexec_unload(options->crash, root, err);
	/* Its refusal says more than that of a call that may not be there. */
	if (options->load_syscall == LOAD_SYSCALL_AUTO &&
	    load_order_falls_back(&order, -rc) &&
	    !kexec_file_unload(options->crash, root, NULL))
		rc = 0;
	return rc < 0 ? fail(STATUS_REFUSED, err) : STATUS_DONE;
}

static enum status do_status(const struct options *options, const struct root *root,
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
		return fail(STATUS_REFUSED, err);
	}
	return loaded ? STATUS_LOADED : STATUS_NOT_LOADED;
}

static enum status do_print_crash_size(const struct root *root, struct error *err)
{
	uint64_t size;

	if (crash_region_size(root, &size, err) < 0)
		return fail(STATUS_UNPREPARED, err);
	printf("%llu\n", (unsigned long long)size);
	return STATUS_DONE;
}

/* Refuses what would act on this machine although only looking was asked for. */
static int check_harmless(const struct options *options, struct error *err)
{
	bool acts_only = options->action == ACTION_EXEC ||
			 options->action == ACTION_UNLOAD;

	if (looks_only(options) && acts_only)
		return error_set(err, EINVAL,
				 "--dry-run and --dump-image show a load; with -e and -u "
				 "there is none");
	if (options->sysroot && !looks_only(options) &&
	    options->action != ACTION_STATUS &&
	    options->action != ACTION_PRINT_CRASH_SIZE)
		return error_set(err, EINVAL,
				 "--sysroot describes another machine; it goes with "
				 "--dry-run, --dump-image, -S and --print-ckr-size only");
	return 0;
}

static enum status run(const struct options *options, struct error *err)
{
	_cleanup_root_ struct root root = { .fd = -1 };

	if (check_harmless(options, err) < 0 ||
	    root_open(options->sysroot, &root, err) < 0)
		return fail(STATUS_UNPREPARED, err);
	switch (options->action) {
	case ACTION_LOAD:
		return do_load(options, &root, err);
	case ACTION_LOAD_AND_EXEC:
	case ACTION_LOAD_AND_SHUTDOWN:
		return do_load_and_go(options, &root, err);
	case ACTION_EXEC:
		return do_exec_loaded(options, &root, err);
	case ACTION_UNLOAD:
		return do_unload(options, &root, err);
	case ACTION_STATUS:
		return do_status(options, &root, err);
	case ACTION_PRINT_CRASH_SIZE:
		return do_print_crash_size(&root, err);
	case ACTION_HELP:
	case ACTION_VERSION:
		break;
	}
	return STATUS_DONE;
}

int main(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	enum status status = STATUS_DONE;
	char name[] = "kexec";
	struct options options;
	int rc;

	/* getopt begins its messages with it. */
	if (argc > 0)
		argv[0] = name;
	rc = options_parse(argc, argv, &options, &err);
	if (rc < 0 && err.message)
		return fail(rc == -ENODEV ? STATUS_REFUSED : STATUS_UNPREPARED, &err);
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
