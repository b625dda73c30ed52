// SPDX-License-Identifier: GPL-2.0-only
/* The text in a record that says what is in it and what is not. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "recording/recording_internal.h"
#include "util/utc.h"

/* none: the line of an empty list. NULL: an empty list is left out. */
static void print_list(FILE *stream, const char *title, const char *none,
		       const struct string_list *lines)
{
	size_t i;

	if (!lines->count) {
		if (none)
			fprintf(stream, "\n%s\n    %s\n", title, none);
		return;
	}
	fprintf(stream, "\n%s\n", title);
	for (i = 0; i < lines->count; i++) {
		fputs("    ", stream);
		print_escaped(stream, lines->items[i]);
		fputc('\n', stream);
	}
}

static void print_head(FILE *stream, const struct recording *recording)
{
	char utc[UTC_TEXT_BYTES];
	struct utsname name;

	utc_text((uint64_t)time(NULL), utc);
	fprintf(stream,
		"A record of a machine, made by kexec-efi " PACKAGE_VERSION " on %s\n"
		"%s. \"kexec --sysroot=RECORD\" with --dry-run or --check replays it.\n",
		utc,
		geteuid() ? "without root privilege, so parts may be missing"
			  : "as root");
	if (!recording->root.live)
		fprintf(stream, "It was made of another record.\n");
	else if (!uname(&name))
		fprintf(stream, "Running kernel: %s %s\n", name.release, name.machine);
	fputs("Memory has only the bytes that a load reads. The boot loader's "
	      "configuration, kernels\nand initrds are not in it.\n",
	      stream);
}

static void print_left_out(FILE *stream, const struct recording *recording)
{
	print_list(stream,
		   recording->all
			   ? "Left out, also with --record-all:"
			   : "Left out because it may be private (\"x\" or zeros are in "
			     "its place,\nlengths and sums stay; --record-all keeps all "
			     "but random seeds):",
		   "nothing", &recording->left_out);
	print_list(stream, "Could not be read:", "nothing", &recording->unread);
	print_list(stream, "Left out because of its size:", NULL, &recording->too_large);
}

int recording_describe(struct recording *recording, struct error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	int rc;

	if (!stream)
		return error_no_memory(err);
	print_head(stream, recording);
	print_left_out(stream, recording);
	print_list(stream, "Notes of the reader:", NULL, &recording->notes);
	fprintf(stream, "\nkexec --check:\n\n%s", recording->check);
	if (fclose(stream))
		return error_no_memory(err);
	rc = recording_add(recording, RECORDING_TEXT, text, size, err);
	return rc ? rc : file_tree_sort(&recording->tree, err);
}
