/* SPDX-License-Identifier: GPL-2.0-only */
/* A second reader of a recorded machine's memory map, which shares no code with kexec. */
#ifndef TESTS_UNIT_MACHINE_RAW_MACHINE_H
#define TESTS_UNIT_MACHINE_RAW_MACHINE_H

#include "machine_tree.h"

struct raw_range {
	unsigned long long first, last;
	char name[64];
};

struct raw {
	struct raw_range memmap[256], iomem[1024], runtime[256], tables[256];
	size_t memmap_count, iomem_count, runtime_count, tables_count;
};

static inline FILE *raw_open(const struct tree *tree, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline FILE *raw_open(const struct tree *tree, const char *format, ...)
{
	char path[512];
	va_list args;
	int length = snprintf(path, sizeof(path), "%s/", tree->path);

	va_start(args, format);
	vsnprintf(path + length, sizeof(path) - (size_t)length, format, args);
	va_end(args);
	return fopen(path, "r");
}

static inline unsigned long long raw_hex(const struct tree *tree, const char *directory,
					 unsigned number, const char *file)
{
	_cleanup_fclose_ FILE *stream =
		raw_open(tree, "%s/%u/%s", directory, number, file);
	unsigned long long value = 0;

	assert_non_null(stream);
	assert_int_equal(fscanf(stream, "0x%llx", &value), 1);
	return value;
}

static inline bool raw_has(const struct tree *tree, const char *directory,
			   unsigned number)
{
	_cleanup_fclose_ FILE *stream = raw_open(tree, "%s/%u/type", directory, number);

	return stream;
}

static inline void raw_read_ranges(const struct tree *tree, struct raw *raw)
{
	static const char memmap[] = "sys/firmware/memmap";
	static const char runtime[] = "sys/firmware/efi/runtime-map";
	_cleanup_fclose_ FILE *iomem = raw_open(tree, "proc/iomem");
	struct raw_range *range = raw->memmap;
	unsigned i;

	for (i = 0; i < 256 && raw_has(tree, memmap, i); i++, range++) {
		_cleanup_fclose_ FILE *type = raw_open(tree, "%s/%u/type", memmap, i);

		range->first = raw_hex(tree, memmap, i, "start");
		range->last = raw_hex(tree, memmap, i, "end");
		assert_int_equal(fscanf(type, "%63[^\n]", range->name), 1);
	}
	raw->memmap_count = i;
	range = raw->runtime;
	for (i = 0; i < 256 && raw_has(tree, runtime, i); i++, range++) {
		range->first = raw_hex(tree, runtime, i, "phys_addr");
		range->last =
			range->first + raw_hex(tree, runtime, i, "num_pages") * 4096 - 1;
		/*
		 * UEFI 2.10, 7.2: EFI_MEMORY_RUNTIME, or a type that only firmware uses.
		 */
		if (raw_hex(tree, runtime, i, "attribute") >> 63 ||
		    !memchr("\1\2\3\4\7", (int)raw_hex(tree, runtime, i, "type"), 5))
			strcpy(range->name, "kept");
	}
	raw->runtime_count = i;
	range = raw->iomem;
	for (i = 0; i < 1024 && fscanf(iomem, " %llx-%llx : %63[^\n]", &range->first,
				       &range->last, range->name) == 3;
	     i++, range++)
		;
	assert_true(feof(iomem));
	raw->iomem_count = i;
}

/* The pages of the tables that read-tables.c found; few recordings have that file. */
static inline void raw_read_tables(const struct tree *tree, struct raw *raw)
{
	_cleanup_fclose_ FILE *stream = raw_open(tree, "tables.txt");
	struct raw_range *range = raw->tables;
	unsigned long long address, length;
	char line[512];

	while (stream && fgets(line, sizeof(line), stream)) {
		/*
		 * Tables of unknown length lie in firmware memory or outside of the map.
		 */
		if (sscanf(line, "%*s %*s 0x%llx %llu ", &address, &length) != 2)
			continue;
		assert_true(range < raw->tables + 255);
		range->first = address & ~0xfffull;
		range->last = (address + length - 1) | 0xfff;
		strcpy(range->name, "kept");
		range++;
	}
	raw->tables_count = (size_t)(range - raw->tables);
}

static inline bool raw_covers(const struct raw_range *ranges, size_t count,
			      const char *name, uint64_t address)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (address >= ranges[i].first && address <= ranges[i].last &&
		    !strcmp(ranges[i].name, name))
			return true;
	}
	return false;
}

/* Returns the type of an address, 0 outside of all ranges. Ranges do not overlap here. */
static inline enum memory_type raw_type(const struct raw *raw, uint64_t address)
{
	size_t i;

	for (i = 0; i < raw->memmap_count; i++) {
		const struct raw_range *range = &raw->memmap[i];
		enum memory_type type = 0;

		if (address < range->first || address > range->last)
			continue;
		assert_int_equal(memory_type_from_name(range->name, &type), 0);
		if (type == MEMORY_RAM && address >= 0x1000 &&
		    (raw_covers(raw->runtime, raw->runtime_count, "kept", address) ||
		     raw_covers(raw->iomem, raw->iomem_count, "Reserved", address) ||
		     raw_covers(raw->tables, raw->tables_count, "kept", address)))
			type = MEMORY_RESERVED;
		return type;
	}
	return 0;
}

#endif
