// SPDX-License-Identifier: GPL-2.0-only
/*
 * Part of preload.so: images in a hypervisor. A load is checked as Xen 4.17 checks it
 * (xen/common/kimage.c) and adds a line to the log, as the other calls do:
 *
 *   xen load type=0 arch=62 entry=0x1000 segments=[0x1000-0x3000 data=5000] ...
 *
 * "data=none": the segment is mapped only. Segments are written as those of kexec_load.
 * As Xen's, the answer whether a type is loaded changes with each load and unloading.
 *
 *   KEXEC_TEST_XEN_LOADED=TYPES  the types that are loaded: "0", "1" (crash) or "01"
 *   KEXEC_TEST_XEN_FREE=BYTES    Xen's free memory, wherever; 1 GiB without it
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload_xen.h"

#define PAGE	      4096u
#define SEGMENTS_MOST 15u

/* KEXEC_TYPE_CRASH of public/kexec.h. */
#define CRASH 1

struct segment {
	const void *data;
	uint64_t data_size, start, size;
};

/* struct xc_hypercall_buffer: its first member. */
struct hypercall_buffer {
	void *memory;
};

/* Loads and unloadings of each type in this process. */
static unsigned int changes[2];

static bool is_loaded(int type)
{
	const char *loaded = getenv("KEXEC_TEST_XEN_LOADED");
	bool before = loaded && strchr(loaded, '0' + type);

	return before != (changes[type] % 2 == 1);
}

static bool is_inside(uint64_t start, uint64_t end, const struct xen_line *region)
{
	return start >= region->start && end <= region->end;
}

/* Returns 0 or the errno of the hypervisor, which does not look at the memory map. */
static int check_segment(const struct segment *segments, uint32_t index, bool crash)
{
	const struct segment *segment = &segments[index];
	uint64_t end = segment->start + segment->size;
	struct xen_line region = { 0 };
	uint32_t i;

	if (segment->start % PAGE || end % PAGE || end < segment->start)
		return EADDRNOTAVAIL;
	for (i = 0; i < index; i++)
		if (segment->start < segments[i].start + segments[i].size &&
		    segments[i].start < end)
			return EINVAL;
	if (segment->data_size > segment->size)
		return EINVAL;
	preload_xen_find("Crash kernel", 0, &region);
	if (crash && segment->data && !is_inside(segment->start, end, &region))
		return EADDRNOTAVAIL;
	return 0;
}

static int check_entry(uint64_t entry, const struct segment *segments, uint32_t count,
		       bool crash)
{
	struct xen_line region = { 0 };
	uint32_t i;

	preload_xen_find("Crash kernel", 0, &region);
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
		return preload_xen_fail(wrong);
	preload_stall("call");
	preload_change_file("KEXEC_TEST_LATE");
	if (preload_xen_answer("load"))
		return -1;
	changes[type]++;
	return 0;
}

int xc_availheap(void *xen, int min_width, int max_width, int node, uint64_t *bytes)
{
	const char *size = getenv("KEXEC_TEST_XEN_FREE");

	(void)xen;
	(void)max_width;
	(void)node;
	if (preload_xen_answer("free"))
		return -1;
	preload_note("xen free above %#lx", 1ul << (min_width - 1));
	*bytes = size ? strtoull(size, NULL, 0) : 1ull << 30;
	return 0;
}

int xc_kexec_unload(void *xen, int type)
{
	(void)xen;
	preload_note("xen unload type=%d", type);
	if (preload_xen_answer("unload"))
		return -1;
	changes[type]++;
	return 0;
}

int xc_kexec_status(void *xen, int type)
{
	(void)xen;
	return preload_xen_answer("status") ? -1 : is_loaded(type);
}

int xc_kexec_exec(void *xen, int type)
{
	(void)xen;
	preload_note("xen exec type=%d", type);
	if (preload_xen_answer("exec"))
		return -1;
	if (!is_loaded(type))
		return preload_xen_fail(ENOENT);
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
