// SPDX-License-Identifier: GPL-2.0-only
/*
 * The notes that the running kernel fills at a crash. Reads files below the root prefix.
 */
#include "crash/crash_notes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/directory.h"

#define CPUS_PATH	"sys/devices/system/cpu"
#define VMCOREINFO_PATH "sys/kernel/vmcoreinfo"

/* The size of a CPU's note on kernels without a file for it. */
#define DEFAULT_NOTE_BYTES 1024u

/*
 * The capture kernel reads each note into one kmalloc buffer (fs/proc/vmcore.c), which is
 * limited to this size. An empty note would make it read behind its buffer.
 */
#define NOTE_BYTES_MAX (4u << 20)

void crash_facts_note(struct crash_facts *facts, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)string_list_addv(&facts->notes, format, args);
	va_end(args);
}

static int make_note(uint64_t start, uint64_t size, const char *path,
		     struct crash_note *made, struct error *err)
{
	uint64_t end;

	if (!size || size > NOTE_BYTES_MAX || !start || !add_u64(start, size, &end))
		return error_set(err, EINVAL,
				 "/%s: %" PRIu64 " bytes at 0x%" PRIx64
				 " cannot be a crash note",
				 path, size, start);
	*made = (struct crash_note){ start, end };
	return 0;
}

/* Takes one hexadecimal number, with or without 0x, off the front of *text. */
static int take_hex(char **text, uint64_t *value)
{
	char *word = strsep(text, " \n");

	if (!word)
		return -EINVAL;
	return parse_hex_u64(starts_with(word, "0x") ? word + 2 : word, value);
}

static int malformed(const char *path, const char *expected, struct error *err)
{
	return error_set(err, EINVAL, "/%s does not hold %s", path, expected);
}

/* Reads a note's size from its file; kernels without the file use the default. */
static int read_note_size(const struct root *root, const char *cpu, uint64_t *size,
			  struct error *err)
{
	if (root_existsf(root, CPUS_PATH "/%s/crash_notes_size", cpu))
		return root_readf_u64(root, size, err, CPUS_PATH "/%s/crash_notes_size",
				      cpu);
	*size = DEFAULT_NOTE_BYTES;
	return 0;
}

/* Returns 1 if the CPU has a note, 0 if it has none, or -errno. */
static int read_cpu_note(const struct root *root, struct crash_facts *facts,
			 const char *cpu, struct crash_note *made, struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *path = NULL, *text = NULL;
	uint64_t start, size;
	char *rest;
	int rc;

	if (asprintf(&path, "%s/%s/crash_notes", CPUS_PATH, cpu) < 0) {
		path = NULL;
		return error_no_memory(err);
	}
	rc = root_read_file(root, path, 4096, &text, NULL, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0) {
		crash_facts_note(facts, "%s has no registers in the dump: %s", cpu,
				 why.message);
		return 0;
	}
	rest = text;
	if (take_hex(&rest, &start) < 0 || (rest && *rest))
		return malformed(path, "a hexadecimal address", err);
	rc = read_note_size(root, cpu, &size, err);
	if (rc < 0)
		return rc;
	rc = make_note(start, size, path, made, err);
	return rc < 0 ? rc : 1;
}

/* N of "cpuN"; -EINVAL for the other names in that directory. */
static int cpu_number(const char *name, uint64_t *number)
{
	if (!starts_with(name, "cpu") || name[3 + strspn(name + 3, "0123456789")])
		return -EINVAL;
	/* parse_u64 takes leading zeros for octal, and the kernel writes none. */
	if (name[3] == '0' && name[4])
		return -EINVAL;
	return parse_u64(name + 3, number);
}

/* Names that are not of a CPU sort as 0; the caller skips them. */
static int by_cpu_number(const void *a, const void *b)
{
	uint64_t left = 0, right = 0;

	cpu_number(*(char *const *)a, &left);
	cpu_number(*(char *const *)b, &right);
	return (left > right) - (left < right);
}

/*
 * CPU numbers may have gaps, so the directories are listed. Without any note the dump
 * would have no registers, and the capture kernel would overrun its buffer when it joins
 * the notes (merge_note_headers_elf64).
 */
int crash_notes_read_cpus(const struct root *root, struct crash_facts *facts,
			  struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	uint64_t number;
	size_t i;
	int rc;

	rc = root_list(root, CPUS_PATH, &names, err);
	if (rc < 0)
		return rc;
	facts->cpu_notes = calloc(names.count + 1, sizeof(*facts->cpu_notes));
	if (!facts->cpu_notes)
		return error_no_memory(err);
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), by_cpu_number);
	for (i = 0; i < names.count; i++) {
		if (cpu_number(names.items[i], &number) < 0)
			continue;
		rc = read_cpu_note(root, facts, names.items[i],
				   &facts->cpu_notes[facts->cpu_note_count], err);
		if (rc < 0)
			return rc;
		facts->cpu_note_count += (size_t)rc;
	}
	if (!facts->cpu_note_count)
		return error_set(err, ENODATA,
				 "no CPU in /%s has a readable crash_notes; run as root, "
				 "on a kernel with CONFIG_CRASH_DUMP",
				 CPUS_PATH);
	return 0;
}

/* "0x000000004ff94000 1024": both numbers are hexadecimal (kernel/ksysfs.c). */
int crash_notes_read_vmcoreinfo(const struct root *root, struct crash_facts *facts,
				struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *text = NULL;
	uint64_t start, size;
	char *rest;
	int rc;

	rc = root_read_file(root, VMCOREINFO_PATH, 4096, &text, NULL, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0) {
		crash_facts_note(facts, "the dump has no vmcoreinfo: %s", why.message);
		return 0;
	}
	rest = text;
	if (take_hex(&rest, &start) < 0 || take_hex(&rest, &size) < 0 || (rest && *rest))
		return malformed(VMCOREINFO_PATH, "a hexadecimal address and size", err);
	return make_note(start, size, VMCOREINFO_PATH, &facts->vmcoreinfo, err);
}
