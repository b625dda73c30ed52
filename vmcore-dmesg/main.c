// SPDX-License-Identifier: GPL-2.0-only
/* vmcore-dmesg: its arguments, its exit status, and all its messages. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log_print.h"
#include "util/strings.h"
#include "vmcore.h"

/* kexec-tools has a status for each cause; no known caller tells them apart. */
enum status { STATUS_DONE, STATUS_FAILED };

static const char usage[] =
	"Usage: vmcore-dmesg VMCORE\n"
	"Print the log of a crashed kernel out of /proc/vmcore or a copy of it.\n"
	"\n"
	"  -h, --help     print this and exit\n"
	"  -v, --version  print the version and exit\n";

static enum status fail(const struct error *err)
{
	fputs("vmcore-dmesg: ", stderr);
	print_escaped(stderr, err->message ? err->message : strerror(err->number));
	fputc('\n', stderr);
	return STATUS_FAILED;
}

/* There, the kernel's addresses lead to memory through tables that Xen checks. */
static int refuse_xen(struct vmcore *core, const char *path, struct error *err)
{
	_cleanup_free_ char *info = NULL;

	if (vmcore_read_note(core, "VMCOREINFO_XEN", &info, NULL) < 0)
		return 0;
	return error_set(err, ENOTSUP,
			 "%s is of a machine with a Xen hypervisor, whose kernels have "
			 "memory of their own numbering; makedumpfile --dump-dmesg and "
			 "crash(8) read their log",
			 path);
}

static enum status print_log(const char *path)
{
	_cleanup_(vmcore_close) struct vmcore core = { .fd = -1 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *info = NULL;
	struct log log = { .core = &core, .stream = stdout };

	if (vmcore_open(path, &core, &err) < 0 || refuse_xen(&core, path, &err) < 0 ||
	    vmcore_read_note(&core, "VMCOREINFO", &info, &err) < 0)
		return fail(&err);
	log.info = info;
	if (log_print(&log, &err) < 0) {
		/* On a terminal, the message must come after the records. */
		fflush(stdout);
		return fail(&err);
	}
	if (log.damaged && !log.printed) {
		error_set(&err, EINVAL, "%s: none of %" PRIu64 " records could be read",
			  path, log.damaged);
		return fail(&err);
	}
	if (log.damaged)
		fprintf(stderr,
			"vmcore-dmesg: warning: %" PRIu64 " damaged records left out\n",
			log.damaged);
	return STATUS_DONE;
}

/* Output that could not be written, to a full disk for example, is a failure. */
static enum status flush_stdout(enum status status)
{
	if (!ferror(stdout) && !fflush(stdout))
		return status;
	fprintf(stderr, "vmcore-dmesg: cannot write to standard output: %s\n",
		strerror(errno));
	return STATUS_FAILED;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	char name[] = "vmcore-dmesg";
	int option;

	/* getopt begins its messages with argv[0]. */
	if (argc > 0)
		argv[0] = name;
	while ((option = getopt_long(argc, argv, "hv", options, NULL)) >= 0) {
		switch (option) {
		case 'h':
			fputs(usage, stdout);
			return (int)flush_stdout(STATUS_DONE);
		case 'v':
			puts("vmcore-dmesg (kexec-efi " PACKAGE_VERSION ")");
			return (int)flush_stdout(STATUS_DONE);
		default:
			return STATUS_FAILED;
		}
	}
	if (argc - optind != 1) {
		fputs(usage, stderr);
		return STATUS_FAILED;
	}
	return (int)flush_stdout(print_log(argv[optind]));
}
