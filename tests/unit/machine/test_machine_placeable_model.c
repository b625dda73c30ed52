// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random maps of firmware and /proc/iomem, nested, overlapping, unaligned and incomplete,
 * against a model that decides for each byte by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "machine/machine_internal.h"

/*
 * Addresses are few, so that all kinds of borders meet; the first page is not among them.
 */
#define FIRST  0x10000u
#define BYTES  200u
#define LINES  10u
#define ROUNDS 20000u

static const char *const names[] = {
	"System RAM",
	"System RAM",
	"System RAM",
	"System RAM",
	"System RAM (kmem)",
	"System RAM (virtio_mem)",
	"Reserved",
	"ACPI Tables",
	"ACPI Non-volatile Storage",
	"Soft Reserved",
	"Persistent Memory",
	"Persistent Memory (legacy)",
	"Kernel code",
	"Crash kernel",
	"PCI Bus 0000:00",
	"0000:00:02.0",
	"GART",
	"Unusable memory",
	"reserved",
	"Unknown E820 type",
};

struct line {
	unsigned start, end, depth; /* half-open, from FIRST on */
	const char *name;
};

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static struct line random_line(uint64_t *seed)
{
	unsigned start = (unsigned)(next_random(seed) % BYTES);
	unsigned end = start + 1 + (unsigned)(next_random(seed) % (BYTES - start));

	return (struct line){ start, end, (unsigned)(next_random(seed) % 4),
			      names[next_random(seed) % COUNT(names)] };
}

static bool is_one_of(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(name, *list))
			return true;
	return false;
}

/*
 * The rule in words, for one byte: RAM of the innermost claim, and nobody says otherwise.
 */
static bool may_place(const struct line *lines, size_t count, unsigned byte)
{
	static const char *const never[] = { "System RAM (kmem)",
					     "System RAM (virtio_mem)",
					     "Reserved",
					     "reserved",
					     "ACPI Tables",
					     "ACPI Non-volatile Storage",
					     "Soft Reserved",
					     "Persistent Memory",
					     "Persistent Memory (legacy)",
					     "Unusable memory",
					     "Unknown E820 type",
					     NULL };
	static const char *const devices[] = { "PCI Bus 0000:00", "0000:00:02.0", "GART",
					       NULL };
	int ram = -1, device = -1;
	size_t i;

	for (i = 0; i < count; i++) {
		const struct line *line = &lines[i];

		if (byte < line->start || byte >= line->end)
			continue;
		if (is_one_of(line->name, never))
			return false;
		if (!strcmp(line->name, "System RAM") && (int)line->depth > ram)
			ram = (int)line->depth;
		if (is_one_of(line->name, devices) && (int)line->depth > device)
			device = (int)line->depth;
	}
	return ram > device;
}

/*
 * The type for the next kernel of what the firmware calls RAM: that of the first to say.
 */
static enum memory_type handed_on(const struct line *lines, size_t count, unsigned byte)
{
	static const struct {
		const char *name;
		enum memory_type type;
	} types[] = {
		{ "Reserved", 2 },
		{ "reserved", 2 },
		{ "Unknown E820 type", 2 },
		{ "ACPI Tables", 3 },
		{ "Unusable memory", 5 },
		{ "Persistent Memory", 7 },
		{ "Soft Reserved", MEMORY_SOFT_RESERVED },
		{ "Persistent Memory (legacy)", 12 },
	};
	size_t i, t;

	for (i = 0; i < count; i++)
		for (t = 0; t < COUNT(types); t++)
			if (byte >= lines[i].start && byte < lines[i].end &&
			    !strcmp(lines[i].name, types[t].name))
				return types[t].type;
	return MEMORY_RAM;
}

/* Fills the firmware's map, with gaps; model: its type for each byte, 0 in a gap. */
static void make_firmware(uint64_t *seed, struct memory_map *map, enum memory_type *model)
{
	static const enum memory_type types[] = { MEMORY_RAM, MEMORY_RAM, MEMORY_RESERVED,
						  MEMORY_PERSISTENT };
	unsigned i, byte;

	memset(model, 0, BYTES * sizeof(*model));
	for (i = 0; i < 4; i++) {
		struct line range = random_line(seed);
		enum memory_type type = types[next_random(seed) % COUNT(types)];

		for (byte = range.start; byte < range.end; byte++)
			model[byte] = type;
		assert_int_equal(
			memory_map_set(map, FIRST + range.start, FIRST + range.end, type),
			0);
	}
}

static char *make_text(const struct line *lines, size_t count)
{
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	for (i = 0; i < count; i++)
		fprintf(stream, "%*s%08x-%08x : %s\n", (int)lines[i].depth * 2, "",
			FIRST + lines[i].start, FIRST + lines[i].end - 1, lines[i].name);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void one_round(const struct root *root, uint64_t *seed, unsigned *placed)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_machine_ struct machine machine = { 0 };
	enum memory_type model[BYTES];
	struct line lines[LINES];
	size_t count = 1 + next_random(seed) % LINES, i;
	unsigned byte;

	physical_memory_open(root, &reader);
	for (i = 0; i < count; i++)
		lines[i] = random_line(seed);
	make_firmware(seed, &machine.memory, model);
	assert_int_equal(iomem_parse(make_text(lines, count), &machine.iomem, NULL), 0);
	assert_int_equal(machine_reserve_memory(&reader, false, &machine, NULL), 0);
	assert_int_equal(machine_find_placeable(root, &reader, &machine, NULL), 0);
	for (byte = 0; byte < BYTES; byte++) {
		uint64_t at = FIRST + byte;
		const struct memory_range *range = memory_map_find(&machine.memory, at);
		enum memory_type type = model[byte];
		bool place = type == MEMORY_RAM && may_place(lines, count, byte);

		if (type == MEMORY_RAM)
			type = handed_on(lines, count, byte);
		assert_int_equal(range ? range->type : 0, type);
		assert_int_equal(memory_map_find(&machine.placeable, at) != NULL, place);
		*placed += place;
	}
	assert_true(!machine.nowhere || !machine.placeable.count);
	assert_true(machine.nowhere || machine.placeable.count ||
		    !memory_map_total(&machine.memory, MEMORY_RAM));
}

static void test_random_maps(void **state)
{
	const struct root nowhere = { .fd = -1 };
	uint64_t seed = 0x706c616365616265ull;
	unsigned round, placed = 0;

	(void)state;
	for (round = 0; round < ROUNDS; round++)
		one_round(&nowhere, &seed, &placed);
	/* Neither nothing nor everything, or the rounds would say little. */
	assert_uint_in_range(placed, ROUNDS * BYTES / 50, ROUNDS * BYTES / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_maps),
	};

	return cmocka_run_group_tests_name("machine_placeable_model", tests, NULL, NULL);
}
