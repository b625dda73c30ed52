// SPDX-License-Identifier: GPL-2.0-only
/*
 * Part of preload.so: libxenctrl, and what a hypervisor says of the machine.
 * preload_xen_load.c has the calls about images.
 *
 *   KEXEC_TEST_XEN=FILE             what the hypervisor knows, in the form of xen/memory
 *                                   of a recorded machine; without it there is not a
 *                                   libxenctrl. A note at 0-0 is that of a processor that
 *                                   is offline.
 *   KEXEC_TEST_XEN_ERROR=CALL:NAME  errno of a call: open, map, range, load, unload,
 *                                   status, exec, firmware, free
 *
 * The layouts are those of Xen's public headers kexec.h and platform.h and of xenctrl.h,
 * which these files do without, so that they can be built anywhere.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload_xen.h"

#define LIBRARY "libxenctrl.so"

/* Of public/kexec.h and public/platform.h. */
#define PLATFORM_OP	 7u
#define PLATFORM_VERSION 0x03000001u
#define FIRMWARE_INFO	 50u
#define EFI_INFO	 4u

enum { RANGE_CRASH = 0, RANGE_CPU = 2, RANGE_VMCOREINFO = 6 };
enum { EFI_CONFIG_TABLE = 1, EFI_MEMORY = 3 };

struct e820entry {
	uint64_t start, size;
	uint32_t type;
} __attribute__((packed));

struct platform_op {
	uint32_t command, version, type, index;
	uint64_t address;
	uint64_t size; /* or the number of config tables, in 32 bits */
	uint64_t attribute;
	uint32_t memory_type;
};

static const struct {
	const char *name;
	uint32_t type;
} types[] = {
	{ "System RAM", 1 },	  { "Reserved", 2 },
	{ "ACPI Tables", 3 },	  { "ACPI Non-volatile Storage", 4 },
	{ "Unusable memory", 5 }, { "Persistent Memory", 7 },
};

bool preload_is_xenctrl(const char *file)
{
	return file && !strncmp(file, LIBRARY, strlen(LIBRARY));
}

void *preload_xenctrl(void *(*open)(const char *, int), int mode)
{
	static bool noted;
	Dl_info self;

	if (!noted)
		preload_note("xen library");
	noted = true;
	if (!getenv("KEXEC_TEST_XEN") || !dladdr((void *)types, &self))
		return NULL;
	return open(self.dli_fname, mode);
}

int preload_xen_answer(const char *call)
{
	const char *rule = getenv("KEXEC_TEST_XEN_ERROR");
	size_t length = strlen(call);

	if (!rule || strncmp(rule, call, length) || rule[length] != ':')
		return 0;
	return preload_fail(rule + length + 1);
}

int preload_xen_fail(int number)
{
	errno = number;
	return -1;
}

static FILE *open_facts(void)
{
	FILE *stream = fopen(getenv("KEXEC_TEST_XEN"), "re");

	if (!stream)
		abort();
	return stream;
}

static bool next_line(FILE *stream, struct xen_line *line)
{
	if (fscanf(stream, "%lx-%lx : %79[^\n]", &line->start, &line->end, line->name) !=
	    3)
		return false;
	line->end++;
	return true;
}

int preload_xen_find(const char *name, int number, struct xen_line *found)
{
	FILE *stream = open_facts();
	struct xen_line line;
	int count = 0;

	while (next_line(stream, &line))
		if (!strcmp(line.name, name) && count++ == number)
			*found = line;
	fclose(stream);
	return count;
}

void *xc_interface_open(void *logger, void *builder, unsigned int flags)
{
	(void)logger;
	(void)builder;
	(void)flags;
	if (!getenv("KEXEC_TEST_XEN")) {
		errno = ENOENT;
		return NULL;
	}
	return preload_xen_answer("open") ? NULL : (void *)types;
}

int xc_interface_close(void *xen)
{
	return xen == types ? 0 : preload_xen_fail(EINVAL);
}

int xc_get_machine_memory_map(void *xen, struct e820entry *entries, uint32_t most)
{
	FILE *stream = open_facts();
	struct xen_line line;
	size_t i, count = 0;

	(void)xen;
	while (next_line(stream, &line))
		for (i = 0; i < sizeof(types) / sizeof(types[0]) && count < most; i++)
			if (!strcmp(line.name, types[i].name))
				entries[count++] = (struct e820entry){
					line.start, line.end - line.start, types[i].type
				};
	fclose(stream);
	return preload_xen_answer("map") ? -1 : (int)count;
}

/* As Xen, which has no notes without a crash region, and whose sizes may be 0. */
int xc_kexec_get_range(void *xen, int range, int number, uint64_t *size, uint64_t *start)
{
	struct xen_line line = { 0 };
	int count;

	(void)xen;
	if (preload_xen_answer("range"))
		return -1;
	switch (range) {
	case RANGE_CRASH:
		preload_xen_find("Crash kernel", 0, &line);
		break;
	case RANGE_CPU:
		count = preload_xen_find("Xen crash note", number, &line);
		if (!count || (number < count && line.end == 1))
			return preload_xen_fail(EINVAL);
		if (number >= count)
			return preload_xen_fail(ERANGE);
		break;
	case RANGE_VMCOREINFO:
		preload_xen_find("Xen vmcoreinfo", 0, &line);
		break;
	default:
		return preload_xen_fail(EINVAL);
	}
	*start = line.start;
	*size = line.end - line.start;
	return 0;
}

void *xc_interface_xcall_handle(void *xen)
{
	return xen;
}

void *xencall_alloc_buffer(void *calls, size_t size)
{
	(void)calls;
	return malloc(size);
}

void xencall_free_buffer(void *calls, void *buffer)
{
	(void)calls;
	free(buffer);
}

static int tell_array(struct platform_op *op)
{
	struct xen_line line;

	if (!preload_xen_find("EFI config tables", 0, &line))
		return preload_xen_fail(EOPNOTSUPP);
	op->address = line.start;
	op->size = (op->size & ~0xffffffffull) | (line.end - line.start) / 24;
	return 0;
}

/* Answers for the range of the EFI memory map in which the address lies. */
static int tell_memory(struct platform_op *op)
{
	FILE *stream = open_facts();
	bool found = false;
	struct xen_line line;

	while (!found && next_line(stream, &line)) {
		uint64_t end = op->address + op->size;

		if (sscanf(line.name, "EFI memory %x %lx", &op->memory_type,
			   &op->attribute) != 2 ||
		    op->address < line.start || op->address >= line.end)
			continue;
		if (end < op->address || end > line.end)
			op->size = line.end - op->address;
		found = true;
	}
	fclose(stream);
	return found ? 0 : preload_xen_fail(ESRCH);
}

int xencall1(void *calls, unsigned int number, uint64_t argument)
{
	struct platform_op *op = (struct platform_op *)argument;

	(void)calls;
	if (number != PLATFORM_OP || op->command != FIRMWARE_INFO || op->type != EFI_INFO)
		return preload_xen_fail(ENOSYS);
	if (op->version != PLATFORM_VERSION)
		return preload_xen_fail(EACCES);
	if (preload_xen_answer("firmware"))
		return -1;
	switch (op->index) {
	case EFI_CONFIG_TABLE:
		return tell_array(op);
	case EFI_MEMORY:
		return tell_memory(op);
	default:
		return preload_xen_fail(EINVAL);
	}
}
