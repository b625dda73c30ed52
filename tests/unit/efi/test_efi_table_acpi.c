// SPDX-License-Identifier: GPL-2.0-only
/*
 * ACPI: tables that lead to other tables. The machine has a root pointer, both root
 * tables, an FADT with all its tables, and one more table. Each row changes one of them.
 */
#include "table_memory.h"

#define INTACT	EFI_TABLE_INTACT
#define DAMAGED EFI_TABLE_DAMAGED
#define WRONG	EFI_TABLE_WRONG_CHECKSUM

#define RSDT	0x11000ull
#define XSDT	0x12000ull
#define FADT	0x13000ull
#define FACS	0x14000ull
#define DSDT	0x15000ull
#define SSDT	0x16000ull
#define OTHER	0x17000ull /* targets of the FADT's 32-bit addresses */

static void make_table(struct table_memory *memory, uint64_t address,
		       const char *signature, uint32_t length)
{
	memcpy(memory_at(memory, address), signature, 4);
	put_le(memory_at(memory, address + 4), 4, length);
}

static void sum_table(struct table_memory *memory, uint64_t address)
{
	make_sum(memory, address, get_le(memory_at(memory, address + 4), 4), address + 9);
}

static void sum_pointer(struct table_memory *memory)
{
	make_sum(memory, TABLE, 20, TABLE + 8);
	make_sum(memory, TABLE, 36, TABLE + 32);
}

/* ACPI 6.5, 5.2.5.3, 5.2.6 to 5.2.10. */
static void make_acpi(struct table_memory *memory)
{
	memcpy(memory_at(memory, TABLE), "RSD PTR ", 8);
	put_le(memory_at(memory, TABLE + 15), 1, 2);
	put_le(memory_at(memory, TABLE + 16), 4, RSDT);
	put_le(memory_at(memory, TABLE + 20), 4, 36);
	put_le(memory_at(memory, TABLE + 24), 8, XSDT);
	sum_pointer(memory);
	make_table(memory, RSDT, "RSDT", 36 + 2 * 4);
	put_le(memory_at(memory, RSDT + 36), 4, FADT);
	put_le(memory_at(memory, RSDT + 40), 4, SSDT);
	sum_table(memory, RSDT);
	make_table(memory, XSDT, "XSDT", 36 + 2 * 8);
	put_le(memory_at(memory, XSDT + 36), 8, FADT);
	put_le(memory_at(memory, XSDT + 44), 8, SSDT);
	sum_table(memory, XSDT);
	make_table(memory, FADT, "FACP", 276);
	put_le(memory_at(memory, FADT + 36), 4, OTHER);
	put_le(memory_at(memory, FADT + 40), 4, OTHER);
	put_le(memory_at(memory, FADT + 132), 8, FACS);
	put_le(memory_at(memory, FADT + 140), 8, DSDT);
	sum_table(memory, FADT);
	make_table(memory, FACS, "FACS", 64); /* this table has no checksum */
	make_table(memory, DSDT, "DSDT", 0x800);
	sum_table(memory, DSDT);
	make_table(memory, SSDT, "SSDT", 0x400);
	sum_table(memory, SSDT);
}

#define POINTER36                 \
	{                         \
		TABLE, TABLE + 36 \
	}
#define POINTER20                 \
	{                         \
		TABLE, TABLE + 20 \
	}
#define PART(at, size)              \
	{                           \
		(at), (at) + (size) \
	}
#define ALL_BEHIND_FADT PART(FACS, 64), PART(DSDT, 0x800), PART(SSDT, 0x400)
#define ALL_BEHIND_XSDT PART(XSDT, 52), PART(FADT, 276), ALL_BEHIND_FADT
#define GUESS                                   \
	{                                       \
		{                               \
			TABLE, LOW_START + 4096 \
		}                               \
	}

/* The change, the tables whose checksum is then corrected, and the expected result. */
static const struct acpi_case {
	const char *name;
	struct memory_poke pokes[8];
	uint64_t sums[3];
	enum efi_table_state state;
	const char *problem;
	struct efi_table_part parts[PARTS];
} acpi[] = {
	{ "as it should be",
	  { { 0 } },
	  { 0 },
	  INTACT,
	  NULL,
	  { POINTER36, ALL_BEHIND_XSDT } },
	{ "ACPI 1.0: RSDT alone",
	  { { TABLE + 15, 1, 0 } },
	  { TABLE },
	  INTACT,
	  NULL,
	  { POINTER20, PART(RSDT, 44), PART(FADT, 276), ALL_BEHIND_FADT } },
	{ "ACPI 2.0 without an XSDT",
	  { { TABLE + 24, 8, 0 } },
	  { TABLE },
	  INTACT,
	  NULL,
	  { POINTER36, PART(RSDT, 44), PART(FADT, 276), ALL_BEHIND_FADT } },
	{ "FADT without 64-bit addresses",
	  { { FADT + 4, 4, 116 }, { FADT + 36, 4, FACS }, { FADT + 40, 4, DSDT } },
	  { FADT },
	  INTACT,
	  NULL,
	  { POINTER36, PART(XSDT, 52), PART(FADT, 116), ALL_BEHIND_FADT } },
	{ "FADT whose 64-bit addresses are 0",
	  { { FADT + 36, 4, FACS },
	    { FADT + 40, 4, DSDT },
	    { FADT + 132, 8, 0 },
	    { FADT + 140, 8, 0 } },
	  { FADT },
	  INTACT,
	  NULL,
	  { POINTER36, ALL_BEHIND_XSDT } },
	{ "FADT too short for any address",
	  { { FADT + 4, 4, 36 } },
	  { FADT },
	  INTACT,
	  NULL,
	  { POINTER36, PART(XSDT, 52), PART(FADT, 36), PART(SSDT, 0x400) } },
	{ "FADT without FACS, as on hardware-reduced machines",
	  { { FADT + 36, 4, 0 }, { FADT + 132, 8, 0 } },
	  { FADT },
	  INTACT,
	  NULL,
	  { POINTER36, PART(XSDT, 52), PART(FADT, 276), PART(DSDT, 0x800),
	    PART(SSDT, 0x400) } },
	{ "an empty entry",
	  { { XSDT + 36, 8, 0 } },
	  { XSDT },
	  INTACT,
	  NULL,
	  { POINTER36, PART(XSDT, 52), PART(SSDT, 0x400) } },
	{ "half an entry at the end",
	  { { XSDT + 4, 4, 48 } },
	  { XSDT },
	  INTACT,
	  NULL,
	  { POINTER36, PART(XSDT, 48), PART(FADT, 276), PART(FACS, 64),
	    PART(DSDT, 0x800) } },
	{ "no signature",
	  { { TABLE, 1, 'r' } },
	  { 0 },
	  DAMAGED,
	  "not an ACPI root pointer",
	  GUESS },
	{ "wrong sum of the old part",
	  { { TABLE + 10, 1, 1 } },
	  { 0 },
	  DAMAGED,
	  "not an ACPI root pointer",
	  GUESS },
	{ "wrong sum of the new part",
	  { { TABLE + 24, 1, 1 } },
	  { 0 },
	  DAMAGED,
	  "checksum of the ACPI root pointer",
	  GUESS },
	{ "no root table at all",
	  { { TABLE + 16, 4, 0 }, { TABLE + 24, 8, 0 } },
	  { TABLE },
	  DAMAGED,
	  "no memory",
	  { POINTER36 } },
	{ "XSDT outside",
	  { { TABLE + 24, 8, LOW_END } },
	  { TABLE },
	  DAMAGED,
	  "no memory",
	  { POINTER36 } },
	{ "XSDT that wraps",
	  { { TABLE + 24, 8, UINT64_MAX - 7 } },
	  { TABLE },
	  DAMAGED,
	  "no memory",
	  { POINTER36 } },
	{ "XSDT that cannot be read",
	  { { TABLE + 24, 8, SHUT_START } },
	  { TABLE },
	  EFI_TABLE_UNREADABLE,
	  "kept from us",
	  { POINTER36 } },
	{ "XSDT with another signature",
	  { { XSDT, 1, 'Y' } },
	  { 0 },
	  DAMAGED,
	  "table at 0x12000 is not XSDT",
	  { POINTER36 } },
	{ "XSDT of 4 GiB",
	  { { XSDT + 4, 4, UINT32_MAX } },
	  { 0 },
	  DAMAGED,
	  "claims 0xffffffff bytes",
	  { POINTER36 } },
	{ "XSDT of 35 bytes",
	  { { XSDT + 4, 4, 35 } },
	  { 0 },
	  DAMAGED,
	  "claims 35 bytes",
	  { POINTER36 } },
	{ "XSDT of nothing but its header",
	  { { XSDT + 4, 4, 36 } },
	  { XSDT },
	  INTACT,
	  NULL,
	  { POINTER36, PART(XSDT, 36) } },
	{ "XSDT with more entries than tables there can be",
	  { { XSDT + 4, 4, 65540 } },
	  { XSDT },
	  DAMAGED,
	  "XSDT has 65540 bytes",
	  { POINTER36, PART(XSDT, 65540) } },
	{ "XSDT that leads to itself",
	  { { XSDT + 36, 8, XSDT } },
	  { XSDT },
	  INTACT,
	  NULL,
	  { POINTER36, PART(XSDT, 52), PART(XSDT, 52), PART(SSDT, 0x400) } },
	/* A damaged table does not keep the others from being found. */
	{ "an entry outside",
	  { { XSDT + 36, 8, LOW_END } },
	  { XSDT },
	  DAMAGED,
	  "no memory of 36 bytes at 0x30000",
	  { POINTER36, PART(XSDT, 52), PART(SSDT, 0x400) } },
	{ "an entry that cannot be read",
	  { { XSDT + 36, 8, SHUT_START } },
	  { XSDT },
	  EFI_TABLE_UNREADABLE,
	  "kept from us",
	  { POINTER36, PART(XSDT, 52), PART(SSDT, 0x400) } },
	{ "a table of 0 bytes",
	  { { FADT + 4, 4, 0 } },
	  { 0 },
	  DAMAGED,
	  "the table at 0x13000 claims 0 bytes",
	  { POINTER36, PART(XSDT, 52), PART(SSDT, 0x400) } },
	{ "a table that leaves memory",
	  { { FADT + 4, 4, LOW_END - FADT + 1 } },
	  { 0 },
	  DAMAGED,
	  "not all memory",
	  { POINTER36, PART(XSDT, 52), PART(SSDT, 0x400) } },
	{ "FADT that leads to no FACS",
	  { { FADT + 132, 8, DSDT } },
	  { FADT },
	  DAMAGED,
	  "table at 0x15000 is not FACS",
	  { POINTER36, PART(XSDT, 52), PART(FADT, 276), PART(DSDT, 0x800),
	    PART(SSDT, 0x400) } },
	{ "FADT that leads to itself",
	  { { FADT + 140, 8, FADT } },
	  { FADT },
	  DAMAGED,
	  "table at 0x13000 is not DSDT",
	  { POINTER36, PART(XSDT, 52), PART(FADT, 276), PART(FACS, 64),
	    PART(SSDT, 0x400) } },
	/* Defects that only the checksum shows: each part has its full length. */
	{ "wrong sum of the XSDT",
	  { { XSDT + 10, 1, 1 } },
	  { 0 },
	  WRONG,
	  "the checksum of the ACPI table at 0x12000",
	  { POINTER36, ALL_BEHIND_XSDT } },
	{ "wrong sum of the DSDT",
	  { { DSDT + 100, 1, 1 } },
	  { 0 },
	  WRONG,
	  "the checksum of the ACPI table at 0x15000",
	  { POINTER36, ALL_BEHIND_XSDT } },
	{ "wrong sum of the XSDT, and no DSDT",
	  { { XSDT + 10, 1, 1 }, { FADT + 140, 8, FADT } },
	  { FADT },
	  DAMAGED,
	  "table at 0x13000 is not DSDT",
	  { POINTER36, PART(XSDT, 52), PART(FADT, 276), PART(FACS, 64),
	    PART(SSDT, 0x400) } },
	{ "FACS that does not add up",
	  { { FACS + 20, 1, 1 } },
	  { 0 },
	  INTACT,
	  NULL,
	  { POINTER36, ALL_BEHIND_XSDT } },
};

static void check_acpi(void **state)
{
	const struct acpi_case *row = *state;
	_cleanup_table_memory_ struct table_memory memory;
	size_t i;

	table_memory_make(&memory);
	make_acpi(&memory);
	poke_memory(&memory, row->pokes, COUNT(row->pokes));
	for (i = 0; i < COUNT(row->sums) && row->sums[i]; i++) {
		if (row->sums[i] == TABLE)
			sum_pointer(&memory);
		else
			sum_table(&memory, row->sums[i]);
	}
	examine(&memory, EFI_TABLE_ACPI, TABLE, true);
	if (row->problem)
		assert_non_null(memory.table.problem);
	if (memory.table.problem &&
	    (!row->problem || !strstr(memory.table.problem, row->problem)))
		fail_msg("it said \"%s\"", memory.table.problem);
	assert_int_equal(memory.table.state, row->state);
	assert_parts(&memory.table, row->parts);
}

/* Without checksums, contents are not read and the defects do not show. */
static void sums_are_left_alone(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;

	(void)state;
	table_memory_make(&memory);
	make_acpi(&memory);
	*memory_at(&memory, DSDT + 100) = 1;
	*memory_at(&memory, XSDT + 10) = 1;
	examine(&memory, EFI_TABLE_ACPI, TABLE, false);
	assert_int_equal(memory.table.state, INTACT);
	assert_parts(&memory.table, acpi[0].parts);
}

/* Each entry of the largest root table leads to an FADT, and so to three tables. */
static void many_tables(void **state)
{
	_cleanup_table_memory_ struct table_memory memory;
	unsigned i;

	(void)state;
	table_memory_make(&memory);
	make_acpi(&memory);
	make_table(&memory, BIG_START, "XSDT", 65536);
	for (i = 0; i < 8187; i++)
		put_le(memory_at(&memory, BIG_START + 36 + i * 8), 8, FADT);
	sum_table(&memory, BIG_START);
	put_le(memory_at(&memory, TABLE + 24), 8, BIG_START);
	sum_pointer(&memory);
	examine(&memory, EFI_TABLE_ACPI, TABLE, true);
	assert_int_equal(memory.table.state, DAMAGED);
	assert_true(memory.table.part_count <= EFI_TABLE_PARTS_MAX);
	assert_true(memory.reads <= 65536);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_left_alone),
		cmocka_unit_test(many_tables),
	};

	return RUN_TABLE(check_acpi, acpi) | cmocka_run_group_tests(tests, NULL, NULL);
}
