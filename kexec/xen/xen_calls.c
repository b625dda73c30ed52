// SPDX-License-Identifier: GPL-2.0-only
/* The calls to a Xen hypervisor, through libxenctrl, but for loading (xen_load.c). */
#include "xen/xen_calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/library.h"
#include "xen/xen_internal.h"

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

int xen_open(xc_interface **xen, struct error *err)
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

void xen_close(xc_interface **xen)
{
	int number = errno;

	if (*xen)
		xc_interface_close(*xen);
	errno = number;
}

/* Sets the message for errno after a call of that name. */
int xen_explain(const char *call, struct error *err)
{
	const char *cause = "";
	int number = errno ? errno : EIO;

	if (number == ENOSYS)
		cause = ": the hypervisor is built without kexec (CONFIG_KEXEC), or has "
			"it for a PV dom0 only";
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
		return xen_explain("memory map of the machine", err);
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
			return xen_explain("kexec_op", err);
		if (!rc && note.start < note.end && xen_facts_add_note(facts, note) < 0)
			return error_no_memory(err);
	}
	return 0;
}

int xen_read_facts(struct xen_facts *facts, struct error *err)
{
	_cleanup_xen_ xc_interface *xen = NULL;
	int rc = xen_open(&xen, err);

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

int xen_type_number(bool crash)
{
	return crash ? KEXEC_TYPE_CRASH : KEXEC_TYPE_DEFAULT;
}

/*
 * Xen's answer whether an image is loaded is wrong after each second load or unloading
 * without the other in between: kexec_status() in Xen's common/kexec.c tells which of two
 * places is in use, not whether an image is there. Returns 1 or 0, or -1 without answer.
 */
int xen_status_of(xc_interface *xen, bool crash)
{
	int loaded = xc_kexec_status(xen, xen_type_number(crash));

	return loaded < 0 ? -1 : loaded > 0;
}

int xen_unload(bool crash, struct error *err)
{
	_cleanup_xen_ xc_interface *xen = NULL;
	int rc = xen_open(&xen, err);

	if (rc < 0)
		return rc;
	if (xc_kexec_unload(xen, xen_type_number(crash)) < 0)
		return xen_explain("kexec_op", err);
	/* Nothing is loaded now; so that the answer is right, too (status_of). */
	if (xen_status_of(xen, crash) == 1 &&
	    xc_kexec_unload(xen, xen_type_number(crash)) < 0)
		return xen_explain("kexec_op", err);
	return 0;
}

int xen_is_loaded(bool crash, bool *loaded, struct error *err)
{
	_cleanup_xen_ xc_interface *xen = NULL;
	int rc = xen_open(&xen, err);

	if (rc < 0)
		return rc;
	rc = xc_kexec_status(xen, xen_type_number(crash));
	if (rc < 0)
		return xen_explain("kexec_op", err);
	*loaded = rc > 0;
	return 0;
}

int xen_exec(struct error *err)
{
	_cleanup_xen_ xc_interface *xen = NULL;
	int rc = xen_open(&xen, err);

	if (rc < 0)
		return rc;
	errno = 0;
	xc_kexec_exec(xen, KEXEC_TYPE_DEFAULT);
	if (errno == ENOENT)
		return error_set(err, ENOENT,
				 "no kernel is loaded; load one with kexec -l KERNEL");
	return xen_explain("kexec_op", err);
}
