// SPDX-License-Identifier: GPL-2.0-only
/* kexec: the actions in their order, the exit status, and all messages. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "arch/x86_64/purgatory_attach.h"
#include "image.h"
#include "image_type.h"
#include "kernel_file.h"
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

/* What a load is made of. Segments point into the files, so the image goes first. */
struct load {
	struct machine machine;
	struct kernel_file kernel;
	struct kernel_file initrd;
	struct image image;
};

static void load_clear(struct load *load)
{
	image_clear(&load->image);
	kernel_file_close(&load->initrd);
	kernel_file_close(&load->kernel);
	machine_clear(&load->machine);
}

static enum status fail(enum status status, const struct error *err)
{
	fprintf(stderr, "kexec: %s\n",
		err->message ? err->message : strerror(err->number));
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
		fprintf(stderr, "kexec: %s%s\n", prefix, texts->items[i]);
}

/* The next kernel does without a seed rather than us waiting for one. */
static const uint8_t *random_seed(uint8_t seed[RANDOM_SEED_SIZE], struct image *image)
{
	if (getrandom(seed, RANDOM_SEED_SIZE, GRND_NONBLOCK) == RANDOM_SEED_SIZE)
		return seed;
	image_note(image, "no random seed for the next kernel: getrandom: %s",
		   strerror(errno));
	return NULL;
}

static int open_files(const struct options *options, struct load *load, struct error *err)
{
	int rc = kernel_file_open(options->kernel, "kernel", KERNEL_FILE_UNCOMPRESS,
				  &load->kernel, err);

	if (rc < 0 || !options->initrd)
		return rc;
	return kernel_file_open(options->initrd, "initrd", KERNEL_FILE_AS_IS,
				&load->initrd, err);
}

static int build_image(const struct options *options, struct load *load,
		       struct error *err)
{
	uint8_t seed[RANDOM_SEED_SIZE];
	struct load_request request = {
		.options = options,
		.machine = &load->machine,
		.kernel = &load->kernel,
		.initrd = options->initrd ? &load->initrd : NULL,
	};
	const struct image_type *type;
	int rc = image_type_find(&load->kernel, &type, err);

	if (rc < 0)
		return rc;
	rc = image_init(&load->image, &load->machine.memory, options->mem_min,
			options->mem_max, err);
	if (rc < 0)
		return rc;
	load->image.type = type->name;
	request.random_seed = random_seed(seed, &load->image);
	rc = type->load(&request, &load->image, err);
	explicit_bzero(seed, sizeof(seed));
	if (rc < 0)
		return rc;
	return purgatory_attach(options, &load->machine, &load->image, err);
}

static int prepare(const struct options *options, const struct root *root,
		   struct load *load, struct error *err)
{
	int rc = machine_read(root, &load->machine, err);

	if (!rc)
		rc = open_files(options, load, err);
	if (!rc)
		rc = build_image(options, load, err);
	if (options->debug) {
		print_all("", &load->machine.notes);
		print_all("", &load->image.notes);
	}
	print_all("warning: ", &load->image.warnings);
	return rc;
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

static int check_files(const struct load *load, struct error *err)
{
	int rc = kernel_file_check_unchanged(&load->kernel, err);

	if (!rc && load->initrd.path)
		rc = kernel_file_check_unchanged(&load->initrd, err);
	return rc;
}

static enum status load_image(const struct root *root, const struct load *load,
			      struct error *err)
{
	if (check_files(load, err) < 0)
		return fail(STATUS_UNPREPARED, err);
	if (kexec_load_image(&load->image, root, err) < 0)
		return fail(STATUS_REFUSED, err);
	/*
	 * The kernel copied the files during the call. One that was written to meanwhile
	 * may be half old and half new, and what is loaded must not stay.
	 */
	if (check_files(load, err) < 0) {
		if (kexec_unload(root, NULL) < 0)
			error_wrap(err, "a damaged image is loaded and cannot be "
					"unloaded, do not start it");
		return fail(STATUS_UNPREPARED, err);
	}
	return STATUS_DONE;
}

static enum status do_load(const struct options *options, const struct root *root,
			   struct error *err)
{
	_cleanup_(load_clear) struct load load = { 0 };

	if (!options->kernel) {
		fputs("kexec: No kernel specified\n", stderr);
		options_print_usage(stdout);
		return STATUS_REFUSED;
	}
	if (prepare(options, root, &load, err) < 0)
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

static enum status do_unload(const struct root *root, struct error *err)
{
	return kexec_unload(root, err) < 0 ? fail(STATUS_REFUSED, err) : STATUS_DONE;
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

/* Refuses what would act on this machine although only looking was asked for. */
static int check_harmless(const struct options *options, struct error *err)
{
	bool acts_only = options->action == ACTION_EXEC ||
			 options->action == ACTION_UNLOAD;

	if (looks_only(options) && acts_only)
		return error_set(err, EINVAL,
				 "--dry-run and --dump-image show a load; with -e and -u "
				 "there is none");
	if (options->sysroot && !looks_only(options) && options->action != ACTION_STATUS)
		return error_set(err, EINVAL,
				 "--sysroot describes another machine; it goes with "
				 "--dry-run, --dump-image and -S only");
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
		return do_unload(&root, err);
	case ACTION_STATUS:
		return do_status(options, &root, err);
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
