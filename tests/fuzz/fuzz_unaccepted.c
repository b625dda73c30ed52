// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of memory that a confidential guest has not accepted. The input is the end of
 * RAM in MiB (16 bits, all set: the end of the address space), then the table: its header
 * and its bitmap. A naive model goes through the bits one by one.
 */
#include "efi/efi_table_layout.h"
#include "fuzz.h"
#include "machine/machine_internal.h"
#include "tree.h"

#define TABLE  0x200000ull
#define HEAD   2u
#define HEADER 24u

/* Bytes at most: more bits add nothing but time. */
#define TABLE_MAX 4096u

/* Reads a machine with RAM up to ram_end; all_accepted: /proc/meminfo says so. */
static void read_machine(const struct root *root, uint64_t ram_end, bool all_accepted,
			 struct machine *machine)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	struct efi_config_table *table = calloc(1, sizeof(*table));
	char *text = NULL;

	must(table);
	*table = (struct efi_config_table){ .kind = EFI_TABLE_UNACCEPTED_MEMORY,
					    .address = TABLE,
					    .name = strdup("unaccepted") };
	machine->efi.tables = (struct efi_config_tables){ table, 1 };
	machine->meminfo =
		strdup(all_accepted ? "Unaccepted: 0 kB\n" : "MemFree: 4 kB\n");
	must(!memory_map_set(&machine->memory, 0, ram_end, MEMORY_RAM));
	must(asprintf(&text, "00000000-%08llx : System RAM\n",
		      (unsigned long long)ram_end - 1) > 0);
	must(!iomem_parse(text, &machine->iomem, NULL));
	physical_memory_open(root, &reader);
	must(!machine_reserve_memory(&reader, false, machine, NULL));
	must(!machine_find_placeable(root, &reader, machine, NULL));
}

/* The bytes of map that lie within [start, end). */
static uint64_t overlap(const struct memory_map *map, uint64_t start, uint64_t end)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < map->count; i++) {
		uint64_t from = map->ranges[i].start, to = map->ranges[i].end;

		from = from > start ? from : start;
		to = to < end ? to : end;
		if (from < to)
			total += to - from;
	}
	return total;
}

/* Returns how much of before is not accepted, and checks that after has none of it. */
static uint64_t check_bits(struct bytes table, const struct memory_map *before,
			   const struct memory_map *after)
{
	uint64_t base = 0, size = 0, bit, total = 0;
	uint32_t unit = 0;

	bytes_u32(table, 4, &unit);
	bytes_u64(table, 8, &base);
	bytes_u64(table, 16, &size);
	if (size > table.size - HEADER)
		size = table.size - HEADER;
	for (bit = 0; bit < size * 8; bit++) {
		uint64_t start, end;

		if (!(table.data[HEADER + bit / 8] & 1 << bit % 8))
			continue;
		if (!add_u64(base, bit * unit, &start))
			break;
		if (!add_u64(start, unit, &end))
			end = UINT64_MAX;
		must(!overlap(after, start, end));
		total += overlap(before, start, end);
	}
	return total;
}

/* Whether Linux writes such a header, though perhaps with a shorter bitmap. */
static bool is_valid(struct bytes table, uint64_t *size)
{
	uint32_t version = 0, unit = 0;

	bytes_u32(table, 0, &version);
	bytes_u32(table, 4, &unit);
	bytes_u64(table, 16, size);
	return version == 1 && unit >= 4096 && !(unit & (unit - 1)) &&
	       *size <= EFI_TABLE_BYTES_MAX;
}

static void check(struct bytes table, uint64_t ram_end)
{
	_cleanup_tree_ struct tree tree;
	char path[64];
	_cleanup_machine_ struct machine before = { 0 }, after = { 0 };
	uint64_t size, all, left, missing;

	tree_make(&tree);
	snprintf(path, sizeof(path), "physical_memory/%016llx", TABLE);
	tree_write_bytes(&tree, path, table.data, table.size);
	read_machine(&tree.root, ram_end, true, &before);
	read_machine(&tree.root, ram_end, false, &after);
	must(!before.nowhere);
	must(!after.nowhere || !after.placeable.count);
	if (!is_valid(table, &size)) {
		must(after.nowhere);
		return;
	}
	/* Bits that were needed could not be read, or all of those for RAM could. */
	if (size > table.size - HEADER && after.nowhere)
		return;
	all = memory_map_total(&before.placeable, MEMORY_RAM);
	left = memory_map_total(&after.placeable, MEMORY_RAM);
	missing = check_bits(table, &before.placeable, &after.placeable);
	must(left + missing == all);
	must(!after.nowhere == (left > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = { data, size };
	uint16_t ram_end = 0;

	if (size < HEAD + HEADER || size > TABLE_MAX)
		return 0;
	bytes_u16(input, 0, &ram_end);
	check((struct bytes){ data + HEAD, size - HEAD },
	      ram_end == UINT16_MAX ? UINT64_MAX : (ram_end + 4ull) * MIB);
	return 0;
}
