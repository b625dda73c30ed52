// SPDX-License-Identifier: GPL-2.0-only
/* Facts of a Xen hypervisor's machine, also as text. */
#include "xen/xen_facts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/efi.h"
#include "memory/iomem.h"
#include "util/strings.h"
#include "xen/xen_calls.h"

#define FACTS_LIMIT	 (1u << 20)

#define CRASH_REGION	 "Crash kernel"
#define CPU_NOTE	 "Xen crash note"
#define VMCOREINFO	 "Xen vmcoreinfo"
#define EFI_TABLES	 "EFI config tables"
#define EFI_MEMORY	 "EFI memory "

#define EFI_SYSTEM_TABLE "EFI system table"

void xen_facts_clear(struct xen_facts *facts)
{
	memory_map_clear(&facts->memory);
	free(facts->cpu_notes);
	free(facts->efi_memory);
	*facts = (struct xen_facts){ 0 };
}

int xen_facts_add_note(struct xen_facts *facts, struct xen_range note)
{
	struct xen_range *notes =
		reallocarray(facts->cpu_notes, facts->cpu_note_count + 1, sizeof(*notes));

	if (!notes)
		return -ENOMEM;
	notes[facts->cpu_note_count++] = note;
	facts->cpu_notes = notes;
	return 0;
}

int xen_facts_add_efi_range(struct xen_facts *facts, struct xen_efi_range range)
{
	struct xen_efi_range *ranges = reallocarray(
		facts->efi_memory, facts->efi_memory_count + 1, sizeof(*ranges));

	if (!ranges)
		return -ENOMEM;
	ranges[facts->efi_memory_count++] = range;
	facts->efi_memory = ranges;
	return 0;
}

/* Takes "EFI memory TYPE ATTRIBUTE", both hexadecimal; other lines of EFI are left. */
static int take_efi_line(const struct iomem_line *line, struct xen_facts *facts)
{
	_cleanup_free_ char *text = strdup(line->name + strlen(EFI_MEMORY));
	struct xen_efi_range range = { .range = { line->start, line->end } };
	uint64_t type;
	char *rest = text, *word;

	if (!text)
		return -ENOMEM;
	word = strsep(&rest, " ");
	if (!rest || parse_hex_u64(word, &type) < 0 || type > UINT32_MAX ||
	    parse_hex_u64(rest, &range.attribute) < 0)
		return 0;
	range.type = (uint32_t)type;
	return xen_facts_add_efi_range(facts, range);
}

/* Takes one line of a recorded machine's file. Returns 0 or -ENOMEM. */
static int take_line(const struct iomem_line *line, struct xen_facts *facts)
{
	struct xen_range range = { line->start, line->end };
	enum memory_type type;

	if (!strcmp(line->name, CPU_NOTE))
		return xen_facts_add_note(facts, range);
	if (starts_with(line->name, EFI_MEMORY))
		return take_efi_line(line, facts);
	if (!strcmp(line->name, CRASH_REGION))
		facts->crash = range;
	else if (!strcmp(line->name, EFI_TABLES))
		facts->efi_tables = range;
	else if (!strcmp(line->name, EFI_SYSTEM_TABLE))
		facts->efi_system_table = line->start;
	else if (!strcmp(line->name, VMCOREINFO))
		facts->vmcoreinfo = range;
	else if (!memory_type_from_name(line->name, &type))
		return memory_map_set(&facts->memory, line->start, line->end, type);
	return 0;
}

static int read_recorded(const struct root *root, struct xen_facts *facts,
			 struct error *err)
{
	_cleanup_iomem_ struct iomem lines = { 0 };
	char *text;
	size_t i;
	int rc;

	rc = root_read_file(root, XEN_FACTS_PATH, FACTS_LIMIT, &text, NULL, err);
	if (rc < 0)
		return rc;
	rc = iomem_parse(text, &lines, NULL);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		return error_set(err, -rc,
				 "/" XEN_FACTS_PATH
				 " of the recorded machine has no line "
				 "of the form \"start-end : name\"");
	for (i = 0; i < lines.count; i++)
		if (take_line(&lines.lines[i], facts) < 0)
			return error_no_memory(err);
	return 0;
}

int xen_facts_read(const struct root *root, struct xen_facts *facts, struct error *err)
{
	int rc;

	root_observe(root, XEN_FACTS_PATH);
	rc = root->live ? xen_read_facts(facts, err) : read_recorded(root, facts, err);
	if (!rc && !memory_map_end_of(&facts->memory, MEMORY_RAM))
		return error_set(err, ENODATA, "the hypervisor's memory map has no RAM");
	return rc;
}

/* Prints a range as /proc/iomem does, with its last byte. */
static void print_range(FILE *stream, uint64_t start, uint64_t end, const char *name)
{
	if (start < end)
		fprintf(stream, "%08" PRIx64 "-%08" PRIx64 " : %s\n", start, end - 1,
			name);
}

static void print_memory(FILE *stream, const struct xen_facts *facts)
{
	size_t i;

	for (i = 0; i < facts->memory.count; i++) {
		const struct memory_range *range = &facts->memory.ranges[i];

		print_range(stream, range->start, range->end,
			    memory_type_name(range->type));
	}
	print_range(stream, facts->crash.start, facts->crash.end, CRASH_REGION);
}

static void print_efi_memory(FILE *stream, const struct xen_facts *facts)
{
	size_t i;

	for (i = 0; i < facts->efi_memory_count; i++) {
		const struct xen_efi_range *range = &facts->efi_memory[i];

		fprintf(stream,
			"%08" PRIx64 "-%08" PRIx64 " : %s%" PRIx32 " %" PRIx64 "\n",
			range->range.start, range->range.end - 1, EFI_MEMORY, range->type,
			range->attribute);
	}
}

/* Closes the stream of open_memstream(). Returns 0 or -ENOMEM. */
static int finish(FILE *stream, char **text)
{
	if (!fclose(stream))
		return 0;
	free(*text);
	*text = NULL;
	return -ENOMEM;
}

int xen_facts_text(const struct xen_facts *facts, char **text)
{
	size_t size, i;
	FILE *stream = open_memstream(text, &size);

	if (!stream)
		return -ENOMEM;
	print_memory(stream, facts);
	for (i = 0; i < facts->cpu_note_count; i++)
		print_range(stream, facts->cpu_notes[i].start, facts->cpu_notes[i].end,
			    CPU_NOTE);
	print_range(stream, facts->vmcoreinfo.start, facts->vmcoreinfo.end, VMCOREINFO);
	print_range(stream, facts->efi_tables.start, facts->efi_tables.end, EFI_TABLES);
	if (facts->efi_system_table)
		print_range(stream, facts->efi_system_table,
			    facts->efi_system_table + EFI_SYSTEM_TABLE_SIZE,
			    EFI_SYSTEM_TABLE);
	print_efi_memory(stream, facts);
	return finish(stream, text);
}

/* Linux' uses of its own RAM, and ranges that it has invented for grants. */
static bool is_of_linux(const char *name)
{
	enum memory_type type;

	return starts_with(name, IOMEM_RAM_NAME) || starts_with(name, "Kernel ") ||
	       starts_with(name, "Xen ") || !strcmp(name, CRASH_REGION) ||
	       !memory_type_from_name(name, &type);
}

/*
 * A line below one that is left out moves up, so that its depth does not make it part of
 * another range. The line before may have another depth, which the reader ignores.
 */
static void print_devices(FILE *stream, const struct iomem *dom0)
{
	size_t i;

	for (i = 0; i < dom0->count; i++) {
		const struct iomem_line *line = &dom0->lines[i];

		if (!is_of_linux(line->name))
			print_range(stream, line->start, line->end, line->name);
	}
}

int xen_facts_iomem(const struct xen_facts *facts, const char *dom0, char **text)
{
	_cleanup_iomem_ struct iomem lines = { 0 };
	char *copy = dom0 ? strdup(dom0) : NULL;
	size_t size;
	FILE *stream;

	if (dom0 && (!copy || iomem_parse(copy, &lines, NULL) == -ENOMEM))
		return -ENOMEM;
	stream = open_memstream(text, &size);
	if (!stream)
		return -ENOMEM;
	print_devices(stream, &lines);
	print_memory(stream, facts);
	return finish(stream, text);
}
