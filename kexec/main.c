// SPDX-License-Identifier: GPL-2.0-only
/* kexec: the actions in their order, the exit status, and all messages. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "load.h"
#include "machine.h"
#include "options.h"
#include "plan.h"
#include "syscalls.h"

/* kexec-tools' numbers, which callers know. */
enum status {
	STATUS_DONE = 0,
	STATUS_NOT_LOADED = 0, /* -S */
	STATUS_LOADED = 1,     /* -S */
	STATUS_UNPREPARED = 1, /* wrong usage, or the load could not be prepared */
	STATUS_REFUSED = 255,  /* the running kernel said no, or nothing was asked */
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

static enum status load_image(const struct root *root, const struct load *load,
			      struct error *err)
{
	if (load_check_files(load, err) < 0)
		return fail(STATUS_UNPREPARED, err);
	if (kexec_load_image(&load->image, root, err) < 0)
		return fail(STATUS_REFUSED, err);
	/*
	 * The kernel copied the files during the call. One that was written to meanwhile
	 * may be half old and half new, and what is loaded must not stay.
	 */
	if (load_check_files(load, err) < 0) {
		if (kexec_unload(load->image.on_crash, root, NULL) < 0)
			error_wrap(err, "a damaged image is loaded and cannot be "
					"unloaded, do not start it");
		return fail(STATUS_UNPREPARED, err);
	}
	return STATUS_DONE;
}

static enum status do_load(const struct options *options, const struct root *root,
			   struct error *err)
{
	_cleanup_load_ struct load load = { 0 };
	int rc;

	if (!options->kernel) {
		fputs("kexec: No kernel specified\n", stderr);
		options_print_usage(stdout);
		return STATUS_REFUSED;
	}
	rc = load_prepare(options, root, &load, err);
	if (options->debug) {
		print_all("", &load.machine.notes);
		print_all("", &load.crash.notes);
		print_all("", &load.image.notes);
	}
	print_all("warning: ", &load.image.warnings);
	if (rc < 0)
		return fail(STATUS_UNPREPARED, err);
	if (options->debug && options->dry_run != DRY_RUN_TEXT)
		plan_print_text(stderr, &load.machine, &load.image);
	if (looks_only(options))
		return show(options, &load, err) < 0 ? fail(STATUS_UNPREPARED, err)
						     : STATUS_DONE;
	return load_image(root, &load, err);
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
	return kexec_unload(options->crash, root, err) < 0 ? fail(STATUS_REFUSED, err)
							   : STATUS_DONE;
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
