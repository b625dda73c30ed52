// SPDX-License-Identifier: GPL-2.0-only
/* The calls to a Xen hypervisor, through libxenctrl. */
#include "xen/xen_calls.h"

#include <errno.h>

#ifdef HAVE_LIBXENCTRL
#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xenctrl.h>

#include "util/bytes.h"
#include "util/library.h"
#include "xen/xen_efi.h"

/* More than the map of Xen has room for (E820_MAX of Xen is about 1000). */
#define MAP_ENTRIES 4096u

/* More processors than any Xen supports; a number beyond them ends the search before. */
#define CPUS_MAX 16384

/* Keeps the library from writing to stderr: errno and our message say what it would. */
static void drop_message(struct xentoollog_logger *logger, xentoollog_level level,
			 int number, const char *context, const char *format,
			 va_list args)
{
	(void)logger;
	(void)level;
	(void)number;
	(void)context;
	(void)format;
	(void)args;
}

static void keep_logger(struct xentoollog_logger *logger)
{
	(void)logger;
}

static int open_xen(xc_interface **xen, struct error *err)
{
	static xentoollog_logger silent = { .vmessage = drop_message,
					    .destroy = keep_logger };
	int rc = library_need(LIBRARY_XENCTRL, err);

	if (rc < 0)
		return rc;
	errno = 0;
	*xen = xc_interface_open(&silent, &silent, 0);
	if (*xen)
		return 0;
	if (!errno)
		errno = EIO;
	return error_set(err, errno, "/dev/xen/privcmd: %s%s", strerror(errno),
			 errno == ENOENT   ? "; load the module xen-privcmd"
			 : errno == EACCES ? "; run kexec as root"
					   : "");
}

static void cleanup_xen(xc_interface **xen)
{
	int number = errno;

	if (*xen)
		xc_interface_close(*xen);
	errno = number;
}

#define _cleanup_xen_ _cleanup_(cleanup_xen)

/* Sets the message for errno after a call of that name. */
static int explain(const char *call, struct error *err)
{
	const char *cause = "";
	int number = errno ? errno : EIO;

	if (number == ENOSYS)
		cause = ": the hypervisor is built without kexec (CONFIG_KEXEC)";
	else if (number == EPERM)
		cause = ": the hypervisor permits it to dom0 only";
	else if (number == ENOMEM)
		cause = ": the hypervisor has not got enough free memory for the image; "
			"leave it some with dom0_mem= on its command line, or by xl "
			"mem-set";
	else if (number == EBUSY)
		cause = ": another program is loading or starting a kernel; try again";
	return error_set(err, number, "Xen's %s: %s%s", call, strerror(number), cause);
}

/* The numbers are those of the boot protocol's e820; others are reserved memory. */
static enum memory_type type_of(uint32_t type)
{
	return memory_type_is_known((enum memory_type)type) ? (enum memory_type)type
							    : MEMORY_RESERVED;
}

static int read_memory(xc_interface *xen, struct memory_map *map, struct error *err)
{
	_cleanup_free_ struct e820entry *entries = calloc(MAP_ENTRIES, sizeof(*entries));
	int count, i;

	if (!entries)
		return error_no_memory(err);
	count = xc_get_machine_memory_map(xen, entries, MAP_ENTRIES);
	if (count < 0)
		return explain("memory map of the machine", err);
	for (i = 0; i < count && i < (int)MAP_ENTRIES; i++) {
		uint64_t end;

		if (!add_u64(entries[i].addr, entries[i].size, &end))
			end = UINT64_MAX;
		if (memory_map_set(map, entries[i].addr, end, type_of(entries[i].type)) <
		    0)
			return error_no_memory(err);
	}
	return 0;
}

/* Returns 0 or -errno. *range stays as it is for a range without bytes. */
static int get_range(xc_interface *xen, int which, int number, struct xen_range *range)
{
	uint64_t size = 0, start = 0, end;

	if (xc_kexec_get_range(xen, which, number, &size, &start) < 0)
		return errno ? -errno : -EIO;
	if (!size)
		return 0;
	if (!add_u64(start, size, &end))
		return -ERANGE;
	*range = (struct xen_range){ start, end };
	return 0;
}

/* Numbers of processors that are offline have no note; ERANGE is behind the last one. */
static int read_notes(xc_interface *xen, struct xen_facts *facts, struct error *err)
{
	int cpu, rc = 0;

	for (cpu = 0; cpu < CPUS_MAX && rc != -ERANGE; cpu++) {
		struct xen_range note = { 0 };

		rc = get_range(xen, KEXEC_RANGE_MA_CPU, cpu, &note);
		if (rc == -ENOSYS || rc == -EPERM)
			return explain("kexec_op", err);
		if (!rc && note.start < note.end && xen_facts_add_note(facts, note) < 0)
			return error_no_memory(err);
	}
	return 0;
}

int xen_read_facts(struct xen_facts *facts, struct error *err)
{
	_cleanup_xen_ xc_interface *xen = NULL;
	int rc = open_xen(&xen, err);

	if (rc < 0)
		return rc;
	rc = read_memory(xen, &facts->memory, err);
	if (rc < 0)
		return rc;
	/* Without crashkernel= Xen lacks the region, and maybe the notes. */
	(void)get_range(xen, KEXEC_RANGE_MA_CRASH, 0, &facts->crash);
	(void)get_range(xen, KEXEC_RANGE_MA_VMCOREINFO, 0, &facts->vmcoreinfo);
	rc = read_notes(xen, facts, err);
	return rc ? rc : xen_efi_read(xen, facts, err);
}

/* Copies the data of one segment to memory that the hypervisor can read at any time. */
static int fill_segment(xc_interface *xen, xc_hypercall_buffer_array_t *buffers,
			unsigned int index, const struct xen_segment *from,
			xen_kexec_segment_t *to)
{
	DECLARE_HYPERCALL_BUFFER(void, buffer);

	to->dest_maddr = from->start;
	to->dest_size = from->end - from->start;
	to->buf_size = from->data ? from->size : 0;
	set_xen_guest_handle_raw(to->buf.h, NULL);
	if (!from->data)
		return 0;
	/* The hypervisor clears the memory of a segment with a buffer only. */
	buffer = xc_hypercall_buffer_array_alloc(xen, buffers, index, buffer,
						 from->size ? from->size : 1);
	if (!buffer)
		return -ENOMEM;
	memcpy(buffer, from->data, from->size);
	set_xen_guest_handle(to->buf.h, buffer);
	return 0;
}

static int type_number(bool crash)
{
	return crash ? KEXEC_TYPE_CRASH : KEXEC_TYPE_DEFAULT;
}

static int explain_load(struct error *err)
{
	if (errno == EADDRNOTAVAIL)
		return error_set(
			err, errno,
			"Xen's kexec_op: a segment does not lie where the "
			"hypervisor accepts it; crashkernel= of its command line "
			"reserves the region for crash kernels");
	return explain("kexec_op", err);
}

int xen_load(bool crash, uint64_t entry, const struct xen_segment *segments, size_t count,
	     struct error *err)
{
	xen_kexec_segment_t filled[XEN_SEGMENTS_MAX] = { 0 };
	_cleanup_xen_ xc_interface *xen = NULL;
	xc_hypercall_buffer_array_t *buffers;
	unsigned int i;
	int rc;

	if (count > XEN_SEGMENTS_MAX)
		return error_set(err, E2BIG,
				 "the image has %zu segments, but Xen takes at most %u",
				 count, XEN_SEGMENTS_MAX);
	rc = open_xen(&xen, err);
	if (rc < 0)
		return rc;
	buffers = xc_hypercall_buffer_array_create(xen, (unsigned int)count);
	if (!buffers)
		return error_no_memory(err);
	for (i = 0; i < count && !rc; i++)
		rc = fill_segment(xen, buffers, i, &segments[i], &filled[i]);
	if (rc < 0)
		error_set(err, ENOMEM,
			  "dom0 has not got enough memory for a copy of the image");
	else if (xc_kexec_load(xen, (uint8_t)type_number(crash), EM_X86_64, entry,
			       (uint32_t)count, filled) < 0)
		rc = explain_load(err);
	xc_hypercall_buffer_array_destroy(xen, buffers);
	return rc;
}

int xen_unload(bool crash, struct error *err)
{
	_cleanup_xen_ xc_interface *xen = NULL;
	int rc = open_xen(&xen, err);

	if (rc < 0)
		return rc;
	return xc_kexec_unload(xen, type_number(crash)) < 0 ? explain("kexec_op", err)
							    : 0;
}

int xen_is_loaded(bool crash, bool *loaded, struct error *err)
{
	_cleanup_xen_ xc_interface *xen = NULL;
	int rc = open_xen(&xen, err);

	if (rc < 0)
		return rc;
	rc = xc_kexec_status(xen, type_number(crash));
	if (rc < 0)
		return explain("kexec_op", err);
	*loaded = rc > 0;
	return 0;
}

int xen_exec(struct error *err)
{
	_cleanup_xen_ xc_interface *xen = NULL;
	int rc = open_xen(&xen, err);

	if (rc < 0)
		return rc;
	errno = 0;
	xc_kexec_exec(xen, KEXEC_TYPE_DEFAULT);
	if (errno == ENOENT)
		return error_set(err, ENOENT,
				 "no kernel is loaded; load one with kexec -l KERNEL");
	return explain("kexec_op", err);
}

#else /* !HAVE_LIBXENCTRL */

static int built_without(struct error *err)
{
	return error_set(err, ENOTSUP,
			 "this is the dom0 of a Xen hypervisor, but kexec was built "
			 "without libxenctrl, through which it loads a kernel there; "
			 "install a kexec that has it (kexec --version)");
}

int xen_read_facts(struct xen_facts *facts, struct error *err)
{
	(void)facts;
	return built_without(err);
}

int xen_load(bool crash, uint64_t entry, const struct xen_segment *segments, size_t count,
	     struct error *err)
{
	(void)crash;
	(void)entry;
	(void)segments;
	(void)count;
	return built_without(err);
}

int xen_unload(bool crash, struct error *err)
{
	(void)crash;
	return built_without(err);
}

int xen_is_loaded(bool crash, bool *loaded, struct error *err)
{
	(void)crash;
	(void)loaded;
	return built_without(err);
}

int xen_exec(struct error *err)
{
	return built_without(err);
}

#endif
