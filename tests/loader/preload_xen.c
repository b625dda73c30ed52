// SPDX-License-Identifier: GPL-2.0-only
/*
 * Part of preload.so: libxenctrl, with a hypervisor behind it. A load is checked as Xen
 * 4.17 checks it (xen/common/kimage.c) and adds a line to the log, as the other calls do:
 *
 *   xen load type=0 arch=62 entry=0x1000 segments=[0x1000-0x3000 data=5000] ...
 *
 * "data=none": the segment is mapped only. Segments are written as those of kexec_load.
 *
 *   KEXEC_TEST_XEN=FILE             what the hypervisor knows, in the form of xen/memory
 *                                   of a recorded machine; without it there is not a
 *                                   libxenctrl. A note at 0-0 is that of a processor that
 *                                   is offline.
 *   KEXEC_TEST_XEN_LOADED=TYPES     the types that are loaded: "0", "1" (crash) or "01"
 *   KEXEC_TEST_XEN_ERROR=CALL:NAME  errno of a call: open, map, range, load, unload,
 *                                   status, exec, firmware
 *
 * The layouts are those of Xen's public headers kexec.h and platform.h and of xenctrl.h,
 * which this file does without, so that it can be built anywhere.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload.h"

#define LIBRARY	      "libxenctrl.so"
#define PAGE	      4096u
#define SEGMENTS_MOST 16u

/* Of public/kexec.h and public/platform.h. */
#define CRASH		 1
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

struct segment {
	const void *data;
	uint64_t data_size, start, size;
};

/* struct xc_hypercall_buffer: its first member. */
struct hypercall_buffer {
	void *memory;
};

struct platform_op {
	uint32_t command, version, type, index;
	uint64_t address;
	uint64_t size; /* or the number of config tables, in 32 bits */
	uint64_t attribute;
	uint32_t memory_type;
};

struct line {
	uint64_t start, end;
	char name[80];
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

/* Returns 0, or -1 with errno if the test wants this call to fail. */
static int answer(const char *call)
{
	const char *rule = getenv("KEXEC_TEST_XEN_ERROR");
	size_t length = strlen(call);

	if (!rule || strncmp(rule, call, length) || rule[length] != ':')
		return 0;
	return preload_fail(rule + length + 1);
}

static int fail(int number)
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

static bool next_line(FILE *stream, struct line *line)
{
	if (fscanf(stream, "%lx-%lx : %79[^\n]", &line->start, &line->end, line->name) !=
	    3)
		return false;
	line->end++;
	return true;
}

/* Finds the line with that name and number, from 0. Returns how many there are. */
static int find(const char *name, int number, struct line *found)
{
	FILE *stream = open_facts();
	struct line line;
	int count = 0;

	while (next_line(stream, &line))
		if (!strcmp(line.name, name) && count++ == number)
			*found = line;
	fclose(stream);
	return count;
}

static bool is_loaded(int type)
{
	const char *loaded = getenv("KEXEC_TEST_XEN_LOADED");

	return loaded && strchr(loaded, '0' + type);
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
	return answer("open") ? NULL : (void *)types;
}

int xc_interface_close(void *xen)
{
	return xen == types ? 0 : fail(EINVAL);
}

int xc_get_machine_memory_map(void *xen, struct e820entry *entries, uint32_t most)
{
	FILE *stream = open_facts();
	struct line line;
	size_t i, count = 0;

	(void)xen;
	while (next_line(stream, &line))
		for (i = 0; i < sizeof(types) / sizeof(types[0]) && count < most; i++)
			if (!strcmp(line.name, types[i].name))
				entries[count++] = (struct e820entry){
					line.start, line.end - line.start, types[i].type
				};
	fclose(stream);
	return answer("map") ? -1 : (int)count;
}

/* As Xen, which has no notes without a crash region, and whose sizes may be 0. */
int xc_kexec_get_range(void *xen, int range, int number, uint64_t *size, uint64_t *start)
{
	struct line line = { 0 };
	int count;

	(void)xen;
	if (answer("range"))
		return -1;
	switch (range) {
	case RANGE_CRASH:
		find("Crash kernel", 0, &line);
		break;
	case RANGE_CPU:
		count = find("Xen crash note", number, &line);
		if (!count || (number < count && line.end == 1))
			return fail(EINVAL);
		if (number >= count)
			return fail(ERANGE);
		break;
	case RANGE_VMCOREINFO:
		find("Xen vmcoreinfo", 0, &line);
		break;
	default:
		return fail(EINVAL);
	}
	*start = line.start;
	*size = line.end - line.start;
	return 0;
}

static bool is_inside(uint64_t start, uint64_t end, const struct line *region)
{
	return start >= region->start && end <= region->end;
}

/* Returns 0 or the errno of the hypervisor, which does not look at the memory map. */
static int check_segment(const struct segment *segments, uint32_t index, bool crash)
{
	const struct segment *segment = &segments[index];
	uint64_t end = segment->start + segment->size;
	struct line region = { 0 };
	uint32_t i;

	if (segment->start % PAGE || end % PAGE || end < segment->start)
		return EADDRNOTAVAIL;
	for (i = 0; i < index; i++)
		if (segment->start < segments[i].start + segments[i].size &&
		    segments[i].start < end)
			return EINVAL;
	if (segment->data_size > segment->size)
		return EINVAL;
	find("Crash kernel", 0, &region);
	if (crash && segment->data && !is_inside(segment->start, end, &region))
		return EADDRNOTAVAIL;
	return 0;
}

static int check_entry(uint64_t entry, const struct segment *segments, uint32_t count,
		       bool crash)
{
	struct line region = { 0 };
	uint32_t i;

	find("Crash kernel", 0, &region);
	if (crash)
		return is_inside(entry, entry + 1, &region) ? 0 : EADDRNOTAVAIL;
	for (i = 0; i < count; i++)
		if (entry >= segments[i].start &&
		    entry - segments[i].start < segments[i].size)
			return 0;
	return EINVAL;
}

static void note_load(int type, int arch, uint64_t entry, uint32_t count,
		      const struct segment *segments)
{
	char line[65536];
	int at = snprintf(line, sizeof(line),
			  "xen load type=%d arch=%d entry=%#lx segments=", type, arch,
			  entry);
	uint32_t i;

	for (i = 0; i < count && i < 256; i++) {
		at += snprintf(line + at, sizeof(line) - (size_t)at,
			       "%s[%#lx-%#lx data=", i ? " " : "", segments[i].start,
			       segments[i].start + segments[i].size);
		at += segments[i].data
			      ? snprintf(line + at, sizeof(line) - (size_t)at, "%lu]",
					 segments[i].data_size)
			      : snprintf(line + at, sizeof(line) - (size_t)at, "none]");
	}
	preload_note("%s", line);
}

int xc_kexec_load(void *xen, uint8_t type, uint16_t arch, uint64_t entry, uint32_t count,
		  struct segment *segments)
{
	uint32_t i;
	int wrong = arch == 62 && count <= SEGMENTS_MOST ? 0 : EINVAL;

	(void)xen;
	note_load(type, arch, entry, count, segments);
	for (i = 0; i < count && !wrong; i++) {
		wrong = check_segment(segments, i, type == CRASH);
		if (!wrong && segments[i].data)
			preload_write_segment(i, segments[i].data, segments[i].data_size);
	}
	if (!wrong)
		wrong = check_entry(entry, segments, count, type == CRASH);
	if (wrong)
		return fail(wrong);
	preload_stall("call");
	preload_change_file("KEXEC_TEST_LATE");
	return answer("load");
}

int xc_kexec_unload(void *xen, int type)
{
	(void)xen;
	preload_note("xen unload type=%d", type);
	return answer("unload");
}

int xc_kexec_status(void *xen, int type)
{
	(void)xen;
	return answer("status") ? -1 : is_loaded(type);
}

int xc_kexec_exec(void *xen, int type)
{
	(void)xen;
	preload_note("xen exec type=%d", type);
	if (answer("exec"))
		return -1;
	if (!is_loaded(type))
		return fail(ENOENT);
	_exit(0);
}

void **xc_hypercall_buffer_array_create(void *xen, unsigned int count)
{
	(void)xen;
	return count <= SEGMENTS_MOST ? calloc(SEGMENTS_MOST, sizeof(void *)) : NULL;
}

void *xc__hypercall_buffer_array_alloc(void *xen, void **array, unsigned int index,
				       struct hypercall_buffer *buffer, size_t size)
{
	(void)xen;
	array[index] = malloc(size);
	buffer->memory = array[index];
	return buffer->memory;
}

/* Without an element for each possible segment, the number would have to be kept. */
void xc_hypercall_buffer_array_destroy(void *xen, void **array)
{
	size_t i;

	(void)xen;
	for (i = 0; i < SEGMENTS_MOST; i++)
		free(array[i]);
	free(array);
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
	struct line line;

	if (!find("EFI config tables", 0, &line))
		return fail(EOPNOTSUPP);
	op->address = line.start;
	op->size = (op->size & ~0xffffffffull) | (line.end - line.start) / 24;
	return 0;
}

/* Answers for the range of the EFI memory map in which the address lies. */
static int tell_memory(struct platform_op *op)
{
	FILE *stream = open_facts();
	bool found = false;
	struct line line;

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
	return found ? 0 : fail(ESRCH);
}

int xencall1(void *calls, unsigned int number, uint64_t argument)
{
	struct platform_op *op = (struct platform_op *)argument;

	(void)calls;
	if (number != PLATFORM_OP || op->command != FIRMWARE_INFO || op->type != EFI_INFO)
		return fail(ENOSYS);
	if (op->version != PLATFORM_VERSION)
		return fail(EACCES);
	if (answer("firmware"))
		return -1;
	switch (op->index) {
	case EFI_CONFIG_TABLE:
		return tell_array(op);
	case EFI_MEMORY:
		return tell_memory(op);
	default:
		return fail(EINVAL);
	}
}
