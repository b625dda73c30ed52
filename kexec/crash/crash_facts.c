// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash_facts_read: reads the facts about the running kernel that a crash load needs,
 * from files below the root prefix.
 */
#include "crash/crash_facts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash/crash_cma.h"
#include "crash/crash_notes.h"
#include "memory/kcore.h"
#include "util/command_line.h"

#define CRASH_REGION "Crash kernel"
#define KERNEL_CODE  "Kernel code"

/* DIRECTMAP_VIRT_START of Xen (xen/arch/x86/include/asm/config.h). */
#define XEN_DIRECT_MAP 0xffff830000000000ull

/* Linux has the file since 6.5, later versions in a directory of its own. */
static const char *const elfcorehdr_size_paths[] = {
	"sys/kernel/crash_elfcorehdr_size",
	"sys/kernel/kexec/crash_elfcorehdr_size",
};

void crash_facts_clear(struct crash_facts *facts)
{
	memory_map_clear(&facts->reserved);
	memory_map_clear(&facts->ram);
	memory_map_clear(&facts->cma);
	free(facts->cpu_notes);
	string_list_clear(&facts->notes);
	*facts = (struct crash_facts){ 0 };
}

static bool is_crash_region(const struct iomem_line *line)
{
	return !strcmp(line->name, CRASH_REGION);
}

/* Sets the message in a dom0, whose own crashkernel= does not count. */
static int no_xen_reservation(struct error *err)
{
	return error_set(err, ENODEV,
			 "the Xen hypervisor has not reserved memory for a crash kernel; "
			 "boot with crashkernel=256M, for example, on the command line "
			 "of Xen (GRUB_CMDLINE_XEN)");
}

/* Sets the message: crashkernel= is missing, or the kernel had no room for it. */
static int no_reservation(const struct machine *machine, struct error *err)
{
	if (machine->command_line &&
	    command_line_has(machine->command_line, "crashkernel"))
		return error_set(err, ENODEV,
				 "no memory is reserved for a crash kernel, although "
				 "crashkernel= was given: the kernel's log says why, or "
				 "the memory was given back through "
				 "/sys/kernel/kexec_crash_size");
	return error_set(err, ENODEV,
			 "no memory is reserved for a crash kernel; boot with "
			 "crashkernel=256M, for example");
}

static int find_memory(const struct machine *machine, struct crash_facts *facts,
		       struct error *err)
{
	const struct iomem *iomem = &machine->iomem;
	size_t i;

	if (machine->no_iomem.number)
		return error_set(err, machine->no_iomem.number, "%s",
				 machine->no_iomem.message);

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];
		bool reserved = is_crash_region(line);

		if (!reserved && !iomem_is_ram(line))
			continue;
		if (memory_map_set(&facts->ram, line->start, line->end, MEMORY_RAM) < 0 ||
		    (reserved && memory_map_set(&facts->reserved, line->start, line->end,
						MEMORY_RAM) < 0))
			return error_no_memory(err);
	}
	if (facts->reserved.count)
		return 0;
	return machine->xen_role == XEN_ROLE_DOM0 ? no_xen_reservation(err)
						  : no_reservation(machine, err);
}

/*
 * "Kernel code" begins at _text, and so does the header of /proc/kcore (6.1:
 * proc_kcore_init). If they differ, /proc/kcore takes precedence: its physical and its
 * virtual address come from one header.
 */
static void compare_text(struct crash_facts *facts, const struct iomem *iomem)
{
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];

		if (strcmp(line->name, KERNEL_CODE) != 0)
			continue;
		if (line->start != facts->text_start)
			crash_facts_note(
				facts,
				"the kernel begins at 0x%" PRIx64
				" for /%s, at 0x%" PRIx64 " for /%s; the former is used",
				facts->text_start, KCORE_PATH, line->start, IOMEM_PATH);
		return;
	}
	crash_facts_note(facts, "/%s has no line \"%s\"", IOMEM_PATH, KERNEL_CODE);
}

static int read_kernel(struct physical_memory_reader *reader, struct crash_facts *facts,
		       const struct iomem *iomem, struct error *err)
{
	struct kcore_layout layout;
	int fd = physical_memory_kcore(reader, err);
	int rc = fd < 0 ? fd : kcore_read_fd(fd, &layout, err);

	if (rc < 0)
		return rc;
	facts->text_start = layout.text_start;
	facts->text_end = layout.text_end;
	facts->text_virtual = layout.text_virtual;
	facts->direct_map = layout.direct_map;
	compare_text(facts, iomem);
	return 0;
}

/*
 * The capture kernel needs memory in the first 640 KiB (trampolines for other CPUs, for
 * example) that the crashed one may have used. Linux 5.5 reserves the first MiB if
 * crashkernel= is given (commit 6f599d84231f, "x86/kdump: Always reserve the low 1M when
 * the crashkernel option is specified"), later versions always (6.1:
 * arch/x86/realmode/init.c), so there is nothing to save. No file shows that reservation,
 * so the version decides. Unknown versions count as old, and so do stable kernels with a
 * backport of the commit: an unnecessary copy does no harm.
 */
static void find_low_memory_use(const struct machine *machine, struct crash_facts *facts)
{
	facts->uses_low_memory = machine_kernel_is_older(machine->release, 5, 5);
	if (facts->uses_low_memory)
		crash_facts_note(facts,
				 "the first 640 KiB will be copied away at a crash: the "
				 "running kernel is older than 5.5, or of unknown "
				 "version");
}

static int read_elfcorehdr_size(const struct root *root, struct crash_facts *facts,
				struct error *err)
{
	size_t i;

	for (i = 0; i < sizeof(elfcorehdr_size_paths) / sizeof(*elfcorehdr_size_paths);
	     i++) {
		if (root_exists(root, elfcorehdr_size_paths[i]))
			return root_read_u64(root, elfcorehdr_size_paths[i],
					     &facts->elfcorehdr_size, err);
	}
	return 0;
}

/*
 * In a dom0 the hypervisor saves the registers of the processors, and the dump is of the
 * machine's memory. The first MiB is used by the hypervisor.
 */
static int read_xen(const struct root *root, const struct xen_facts *xen,
		    struct crash_facts *facts, struct error *err)
{
	size_t i;

	if (!xen->cpu_note_count)
		return error_set(err, ENODATA,
				 "the Xen hypervisor has no notes for the processors' "
				 "registers, so a dump could not be read");
	facts->cpu_notes = calloc(xen->cpu_note_count, sizeof(*facts->cpu_notes));
	if (!facts->cpu_notes)
		return error_no_memory(err);
	for (i = 0; i < xen->cpu_note_count; i++)
		facts->cpu_notes[i] = (struct crash_note){ xen->cpu_notes[i].start,
							   xen->cpu_notes[i].end };
	facts->cpu_note_count = xen->cpu_note_count;
	facts->xen_vmcoreinfo =
		(struct crash_note){ xen->vmcoreinfo.start, xen->vmcoreinfo.end };
	facts->direct_map = XEN_DIRECT_MAP;
	facts->uses_low_memory = true;
	return crash_notes_read_vmcoreinfo(root, facts, err);
}

int crash_facts_read(struct physical_memory_reader *reader, const struct machine *machine,
		     struct crash_facts *facts, struct error *err)
{
	const struct root *root = reader->root;
	int rc = find_memory(machine, facts, err);

	if (!rc && machine->xen_role == XEN_ROLE_DOM0)
		return read_xen(root, &machine->xen, facts, err);
	if (!rc)
		rc = read_kernel(reader, facts, &machine->iomem, err);
	if (!rc)
		rc = crash_notes_read_cpus(root, facts, err);
	if (!rc)
		rc = crash_notes_read_vmcoreinfo(root, facts, err);
	if (!rc)
		rc = crash_cma_read(root, machine, facts, err);
	if (!rc)
		rc = read_elfcorehdr_size(root, facts, err);
	facts->takes_hotplug_flag = !machine_kernel_is_older(machine->release, 6, 10);
	if (!rc)
		find_low_memory_use(machine, facts);
	return rc;
}

uint64_t crash_region_size(const struct iomem *iomem)
{
	const struct iomem_line *highest = NULL;
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];

		if (is_crash_region(line) && (!highest || line->start >= highest->start))
			highest = line;
	}
	return highest ? highest->end - highest->start : 0;
}

int crash_region_read_size(const struct root *root, uint64_t *size, struct error *err)
{
	_cleanup_xen_facts_ struct xen_facts xen = { 0 };
	_cleanup_iomem_ struct iomem iomem = { 0 };
	int rc;

	if (xen_role_read(root) == XEN_ROLE_DOM0) {
		rc = xen_facts_read(root, &xen, err);
		*size = rc ? 0 : xen.crash.end - xen.crash.start;
		return rc;
	}
	rc = iomem_read(root, &iomem, err);
	if (!rc)
		*size = crash_region_size(&iomem);
	return rc;
}
