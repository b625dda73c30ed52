// SPDX-License-Identifier: GPL-2.0-only
/*
 * One EFI config table. The input is its kind, whether checksums are compared, the
 * table's offset in memory (16 bits), the start of that memory (64 bits), and its
 * contents. Other memory exists but cannot be read.
 */
#include <errno.h>

#include "efi/efi_table_layout.h"
#include "fuzz.h"

#define SHUT_START 0x100000ull
#define SHUT_END   0x200000ull
#define HEADER	   12u

struct memory {
	const uint8_t *bytes;
	uint64_t start, end;
	uint64_t pages_read;
};

static bool is_memory(void *context, uint64_t start, uint64_t end)
{
	const struct memory *memory = context;

	must(start < end);
	return (start >= memory->start && end <= memory->end) ||
	       (start >= SHUT_START && end <= SHUT_END);
}

static int read_memory(void *context, uint64_t address, void *buffer, size_t size,
		       struct error *err)
{
	struct memory *memory = context;
	uint64_t end;

	must(size > 0 && size <= EFI_TABLE_BYTES_MAX);
	memory->pages_read += 1 + size / PAGE_BYTES;
	if (!add_u64(address, size, &end) || !is_memory(memory, address, end))
		return error_set(err, ENXIO, "no memory");
	if (address < memory->start || end > memory->end)
		return error_set(err, EPERM, "shut");
	memcpy(buffer, memory->bytes + (address - memory->start), size);
	return 0;
}

static void check_parts(struct memory *memory, const struct efi_config_table *table)
{
	uint64_t pages = 0;
	size_t i;

	must(table->part_count <= EFI_TABLE_PARTS_MAX);
	must(!table->part_count || table->parts[0].start == table->address);
	for (i = 0; i < table->part_count; i++) {
		const struct efi_table_part *part = &table->parts[i];

		must(part->start < part->end);
		must(part->end - part->start <= EFI_TABLE_BYTES_MAX);
		pages += (part->end - 1) / PAGE_BYTES - part->start / PAGE_BYTES + 1;
		/*
		 * Only an assumed length may reach beyond memory, and it has only one
		 * part.
		 */
		if (!is_memory(memory, part->start, part->end))
			must(table->part_count == 1 && table->problem);
	}
	must(pages <= EFI_TABLE_BUDGET.pages);
}

static void check_state(struct memory *memory, const struct efi_config_table *table)
{
	bool begins_in_memory = table->address && table->address < UINT64_MAX &&
				is_memory(memory, table->address, table->address + 1);

	switch (table->state) {
	case EFI_TABLE_INTACT:
		must(!table->problem && table->part_count && begins_in_memory);
		break;
	case EFI_TABLE_WRONG_CHECKSUM:
		must(table->problem && table->part_count && begins_in_memory);
		break;
	case EFI_TABLE_UNREADABLE:
	case EFI_TABLE_DAMAGED:
		must(table->problem && begins_in_memory);
		break;
	case EFI_TABLE_OUTSIDE:
		must(table->problem && !table->part_count && !begins_in_memory);
		break;
	case EFI_TABLE_DROPPED:
		must(table->address == UINT64_MAX);
		/* fall through */
	case EFI_TABLE_USED_UP:
	case EFI_TABLE_NOT_EXAMINED:
		must(!table->problem && !table->part_count && !memory->pages_read);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct efi_table_budget budget = EFI_TABLE_BUDGET;
	struct efi_config_table table = { 0 };
	struct memory memory = { 0 };
	const struct efi_table_source source = { read_memory, is_memory, &memory,
						 &budget };
	struct bytes head = { data, size };
	uint16_t offset = 0;
	int turn;

	if (size <= HEADER || data[0] > EFI_TABLE_CC_BLOB)
		return 0;
	bytes_u16(head, 2, &offset);
	bytes_u64(head, 4, &memory.start);
	if (!add_u64(memory.start, size - HEADER, &memory.end) ||
	    !add_u64(memory.start, offset, &table.address))
		return 0;
	memory.bytes = data + HEADER;
	table.kind = (enum efi_table_kind)data[0];
	for (turn = 0; turn < 2; turn++) {
		budget = EFI_TABLE_BUDGET;
		memory.pages_read = 0;
		must(!efi_table_examine(&source, data[1] & 1, &table, NULL));
		check_parts(&memory, &table);
		check_state(&memory, &table);
		must(memory.pages_read <= EFI_TABLE_BUDGET.reads);
	}
	free(table.parts);
	free(table.problem);
	return 0;
}
