// SPDX-License-Identifier: GPL-2.0-only
/* A dump. The input is the ELF file with all data that its headers lead to. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "util/io.h"
#include "vmcore-dmesg/log_print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int print(int fd, struct log *log, struct error *err)
{
	_cleanup_vmcore_ struct vmcore core = { .fd = -1 };
	_cleanup_free_ char *info = NULL;
	int rc = vmcore_open_fd(fd, "core", &core, err);

	if (!rc)
		rc = vmcore_read_note(&core, "VMCOREINFO", &info, err);
	log->core = &core;
	log->info = info;
	return rc < 0 ? rc : log_print(log, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *output = NULL;
	struct log log = { 0 };
	size_t length, i;
	int fd, rc;

	fd = memfd_create("core", MFD_CLOEXEC);
	log.stream = open_memstream(&output, &length);
	if (fd < 0 || !log.stream || write_all(fd, data, size) < 0)
		abort();
	rc = print(fd, &log, &err);
	fclose(log.stream);
	if ((rc < 0) != (err.message != NULL))
		abort();
	/* Bytes that could control a terminal must not be printed. */
	for (i = 0; i < length; i++)
		if ((output[i] < ' ' && output[i] != '\n' && output[i] != '\t') ||
		    output[i] > '~')
			abort();
	return 0;
}
