/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reader of ELF core headers for the tests, written from the System V ABI and without
 * libelf, so that the header is not checked by the code that wrote it.
 */
#ifndef TESTS_CORE_READER_H
#define TESTS_CORE_READER_H

#include "fixtures.h"

#define CORE_NOTE 4u
#define CORE_LOAD 1u

struct core_entry {
	uint64_t type, flags, offset, virtual_start, physical, file_size, size, alignment;
};

struct core {
	struct core_entry *entries;
	size_t count;
};

static inline void core_clear(struct core *core)
{
	free(core->entries);
}

#define _cleanup_core_ _cleanup_(core_clear)

/* Fields of a program header in the order of struct core_entry: offset and width. */
struct core_field {
	unsigned offset, width;
};

static inline void core_read_entry(const uint8_t *data, bool elf32,
				   struct core_entry *entry)
{
	static const struct core_field wide[] = { { 0, 4 },  { 4, 4 },	{ 8, 8 },
						  { 16, 8 }, { 24, 8 }, { 32, 8 },
						  { 40, 8 }, { 48, 8 } };
	static const struct core_field narrow[] = { { 0, 4 },  { 24, 4 }, { 4, 4 },
						    { 8, 4 },  { 12, 4 }, { 16, 4 },
						    { 20, 4 }, { 28, 4 } };
	uint64_t *values[] = { &entry->type,	      &entry->flags,	&entry->offset,
			       &entry->virtual_start, &entry->physical, &entry->file_size,
			       &entry->size,	      &entry->alignment };
	const struct core_field *fields = elf32 ? narrow : wide;
	size_t i;

	for (i = 0; i < COUNT(values); i++)
		*values[i] = get_le(data + fields[i].offset, fields[i].width);
}

/*
 * Makes the checks of a capture kernel (fs/proc/vmcore.c). The file must end with the
 * last program header.
 */
static inline void core_read(const uint8_t *data, size_t size, bool elf32,
			     struct core *core)
{
	static const uint8_t magic[] = { 0x7f, 'E', 'L', 'F' };
	size_t header = elf32 ? 52 : 64, entry = elf32 ? 32 : 56, i;
	const uint8_t *sizes = data + (elf32 ? 40 : 52);

	assert_true(size >= header + entry);
	assert_memory_equal(data, magic, 4);
	assert_int_equal(data[4], elf32 ? 1 : 2);
	assert_int_equal(data[5], 1);		   /* little-endian */
	assert_int_equal(data[6], 1);		   /* version */
	assert_int_equal(get_le(data + 16, 2), 4); /* ET_CORE */
	assert_int_equal(get_le(data + 18, 2), 62);
	assert_int_equal(get_le(data + 20, 4), 1);	       /* version */
	assert_int_equal(get_le(data + 24, elf32 ? 4 : 8), 0); /* entry */
	assert_int_equal(get_le(data + (elf32 ? 28 : 32), elf32 ? 4 : 8), header);
	assert_int_equal(get_le(data + (elf32 ? 32 : 40), elf32 ? 4 : 8),
			 0); /* sections */
	assert_int_equal(get_le(sizes, 2), header);
	assert_int_equal(get_le(sizes + 2, 2), entry);
	assert_int_equal(get_le(sizes + 6 + 2, 2), 0); /* e_shnum */
	core->count = get_le(sizes + 4, 2);
	assert_uint_in_range(core->count, 1, 65534);
	assert_int_equal(size, header + core->count * entry);
	core->entries = calloc(core->count, sizeof(*core->entries));
	assert_non_null(core->entries);
	for (i = 0; i < core->count; i++)
		core_read_entry(data + header + i * entry, elf32, &core->entries[i]);
}

#endif
