// SPDX-License-Identifier: GPL-2.0-only
/* The memory of crashkernel=SIZE,cma. Reads one file below the root prefix. */
#include "crash/crash_cma.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crash/crash_notes.h"
#include "util/bytes.h"
#include "util/command_line.h"
#include "util/strings.h"

/* A file of sysfs is never longer. */
#define CMA_TEXT_MAX 4096u

/*
 * Returns the path of the list below the root prefix, NULL if it does not exist. The
 * second name is the older one, which newer kernels keep as a link (kexec_links in Linux,
 * kernel/kexec_core.c).
 */
static const char *find_list(const struct root *root)
{
	static const char *const paths[] = { "sys/kernel/kexec/crash_cma_ranges",
					     "sys/kernel/kexec_crash_cma_ranges" };
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (root_exists(root, paths[i]))
			return paths[i];
	return NULL;
}

static int parse_line(char *line, struct memory_range *range)
{
	char *last_text = strchr(line, '-');
	uint64_t last;

	if (!last_text)
		return -EINVAL;
	*last_text++ = '\0';
	if (parse_hex_u64(line, &range->start) < 0 ||
	    parse_hex_u64(last_text, &last) < 0 || range->start > last ||
	    !add_u64(last, 1, &range->end))
		return -EINVAL;
	return range->start % PAGE_BYTES || range->end % PAGE_BYTES ? -EINVAL : 0;
}

int crash_cma_parse(const char *text, struct memory_map *ranges, struct error *err)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *line;
	unsigned number;

	if (!copy)
		return error_no_memory(err);
	for (number = 1; (line = strsep(&rest, "\n")); number++) {
		struct memory_range range;

		/* Behind the last newline. */
		if (!*line && !rest)
			return 0;
		if (parse_line(line, &range) < 0)
			return error_set(err, EINVAL,
					 "line %u is not a range of whole pages", number);
		if (memory_map_set(ranges, range.start, range.end, MEMORY_RAM) < 0)
			return error_no_memory(err);
	}
	return 0;
}

static bool overlaps(const struct memory_range *range, uint64_t start, uint64_t end)
{
	return range->start < end && start < range->end;
}

/* Returns why the capture kernel cannot own this memory; NULL if it can. */
static const char *contradiction(const struct crash_facts *facts,
				 const struct memory_range *range)
{
	size_t i;

	if (!memory_map_is_type(&facts->ram, range->start, range->end, MEMORY_RAM))
		return "is not RAM in /proc/iomem";
	if (memory_map_has_type(&facts->reserved, range->start, range->end, MEMORY_RAM))
		return "overlaps the crash kernel region";
	if (overlaps(range, facts->text_start, facts->text_end))
		return "overlaps the running kernel";
	if (overlaps(range, facts->vmcoreinfo.start, facts->vmcoreinfo.end))
		return "overlaps vmcoreinfo";
	for (i = 0; i < facts->cpu_note_count; i++)
		if (overlaps(range, facts->cpu_notes[i].start, facts->cpu_notes[i].end))
			return "overlaps the notes of a CPU";
	return NULL;
}

/* -EINVAL with a message if a range cannot be memory of crashkernel=,cma. */
static int require_consistent(const struct crash_facts *facts,
			      const struct memory_map *ranges, struct error *err)
{
	size_t i;

	for (i = 0; i < ranges->count; i++) {
		const char *reason = contradiction(facts, &ranges->ranges[i]);

		if (reason)
			return error_set(err, EINVAL, "[0x%" PRIx64 ", 0x%" PRIx64 ") %s",
					 ranges->ranges[i].start, ranges->ranges[i].end,
					 reason);
	}
	return 0;
}

/* Linux reserves such memory since 6.17; earlier versions ignore the parameter. */
static bool is_reserved(const struct machine *machine)
{
	return machine->command_line &&
	       command_line_has_ending(machine->command_line, "crashkernel", ",cma") &&
	       !machine_kernel_is_older(machine->release, 6, 17);
}

int crash_cma_read(const struct root *root, const struct machine *machine,
		   struct crash_facts *facts, struct error *err)
{
	_cleanup_memory_map_ struct memory_map ranges = { 0 };
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *text = NULL;
	const char *path = find_list(root);
	size_t size;
	int rc;

	facts->cma_unlisted = !path && is_reserved(machine);
	if (!path)
		return 0;
	rc = root_read_file(root, path, CMA_TEXT_MAX, &text, &size, &why);
	if (!rc && strlen(text) != size)
		rc = error_set(&why, EINVAL, "it holds a NUL");
	if (!rc)
		rc = crash_cma_parse(text, &ranges, &why);
	if (!rc)
		rc = require_consistent(facts, &ranges, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0) {
		crash_facts_note(
			facts,
			"/%s is not believed: %s; the memory of "
			"crashkernel=,cma is dumped, and the capture kernel does "
			"without it",
			path, why.message);
		return 0;
	}
	facts->cma = ranges;
	ranges = (struct memory_map){ 0 };
	return 0;
}
