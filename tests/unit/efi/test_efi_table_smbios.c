// SPDX-License-Identifier: GPL-2.0-only
/* SMBIOS: both forms of the entry point, each with one defect. */
#include "table_memory.h"

#define SMBIOS_GUESS                            \
	{                                       \
		{                               \
			TABLE, LOW_START + 4096 \
		}                               \
	}

/* SMBIOS 3.6, 5.2.1 and 5.2.2. Other bytes are 0, so one byte corrects the checksum. */
static const struct smbios_case {
	const char *name;
	enum efi_table_kind kind;
	const char *anchor;
	uint8_t length;
	struct memory_poke pokes[3];
	bool wrong_sum;
	const char *problem;
	struct efi_table_part parts[PARTS];
} smbios[] = {
	{ "SMBIOS 2",
	  EFI_TABLE_SMBIOS,
	  "_SM_",
	  31,
	  { { TABLE + 0x16, 2, 0x17f }, { TABLE + 0x18, 4, 0x20020 } },
	  false,
	  NULL,
	  { { TABLE, TABLE + 31 }, { 0x20020, 0x2019f } } },
	{ "SMBIOS 2.1, which counts wrong",
	  EFI_TABLE_SMBIOS,
	  "_SM_",
	  30,
	  { { TABLE + 0x16, 2, 1 }, { TABLE + 0x18, 4, 0x20020 } },
	  false,
	  NULL,
	  { { TABLE, TABLE + 30 }, { 0x20020, 0x20021 } } },
	{ "SMBIOS 3",
	  EFI_TABLE_SMBIOS3,
	  "_SM3_",
	  24,
	  { { TABLE + 0xc, 4, 0x12345 }, { TABLE + 0x10, 8, BIG_START } },
	  false,
	  NULL,
	  { { TABLE, TABLE + 24 }, { BIG_START, BIG_START + 0x12345 } } },
	{ "SMBIOS 3 where SMBIOS 2 is announced",
	  EFI_TABLE_SMBIOS,
	  "_SM3_",
	  31,
	  { { TABLE + 0x16, 2, 1 } },
	  false,
	  "not an SMBIOS entry point",
	  SMBIOS_GUESS },
	{ "SMBIOS 2 where SMBIOS 3 is announced",
	  EFI_TABLE_SMBIOS3,
	  "_SM_",
	  24,
	  { { TABLE + 0xc, 4, 1 } },
	  false,
	  "not an SMBIOS entry point",
	  SMBIOS_GUESS },
	{ "SMBIOS 2 of 29 bytes",
	  EFI_TABLE_SMBIOS,
	  "_SM_",
	  29,
	  { { TABLE + 0x16, 2, 1 } },
	  false,
	  "not an SMBIOS entry point",
	  SMBIOS_GUESS },
	{ "SMBIOS 3 of 23 bytes",
	  EFI_TABLE_SMBIOS3,
	  "_SM3_",
	  23,
	  { { TABLE + 0xc, 4, 1 }, { TABLE + 0x10, 8, BIG_START } },
	  false,
	  "not an SMBIOS entry point",
	  SMBIOS_GUESS },
	{ "SMBIOS 3 of 255 bytes",
	  EFI_TABLE_SMBIOS3,
	  "_SM3_",
	  255,
	  { { TABLE + 0xc, 4, 1 }, { TABLE + 0x10, 8, BIG_START } },
	  false,
	  "not an SMBIOS entry point",
	  SMBIOS_GUESS },
	{ "SMBIOS 2 with a wrong sum",
	  EFI_TABLE_SMBIOS,
	  "_SM_",
	  31,
	  { { TABLE + 0x16, 2, 1 }, { TABLE + 0x18, 4, 0x20020 } },
	  true,
	  "checksum of the SMBIOS entry point",
	  SMBIOS_GUESS },
	{ "SMBIOS 2 without structures",
	  EFI_TABLE_SMBIOS,
	  "_SM_",
	  31,
	  { { TABLE + 0x18, 4, 0x20020 } },
	  false,
	  "claims 0x0 bytes",
	  { { TABLE, TABLE + 31 } } },
	{ "SMBIOS 3 of 4 GiB",
	  EFI_TABLE_SMBIOS3,
	  "_SM3_",
	  24,
	  { { TABLE + 0xc, 4, UINT32_MAX }, { TABLE + 0x10, 8, BIG_START } },
	  false,
	  "claims 0xffffffff bytes",
	  { { TABLE, TABLE + 24 } } },
	{ "SMBIOS 3 whose structures wrap",
	  EFI_TABLE_SMBIOS3,
	  "_SM3_",
	  24,
	  { { TABLE + 0xc, 4, 0x2000 }, { TABLE + 0x10, 8, UINT64_MAX - 0xfff } },
	  false,
	  "claims 0x2000 bytes",
	  { { TABLE, TABLE + 24 } } },
	{ "SMBIOS 2 whose structures are outside",
	  EFI_TABLE_SMBIOS,
	  "_SM_",
	  31,
	  { { TABLE + 0x16, 2, 1 }, { TABLE + 0x18, 4, LOW_END } },
	  false,
	  "not all memory",
	  { { TABLE, TABLE + 31 } } },
};

static void check_smbios(void **state)
{
	const struct smbios_case *row = *state;
	_cleanup_table_memory_ struct table_memory memory;

	table_memory_make(&memory);
	memcpy(memory_at(&memory, TABLE), row->anchor, strlen(row->anchor));
	*memory_at(&memory, TABLE + (row->kind == EFI_TABLE_SMBIOS ? 5 : 6)) =
		row->length;
	poke_memory(&memory, row->pokes, COUNT(row->pokes));
	make_sum(&memory, TABLE, row->length,
		 TABLE + (row->kind == EFI_TABLE_SMBIOS ? 4 : 5));
	*memory_at(&memory, TABLE + 9) = row->wrong_sum;
	examine(&memory, row->kind, TABLE, true);
	if (row->problem)
		assert_non_null(memory.table.problem);
	if (memory.table.problem &&
	    (!row->problem || !strstr(memory.table.problem, row->problem)))
		fail_msg("it said \"%s\"", memory.table.problem);
	assert_parts(&memory.table, row->parts);
}

int main(void)
{
	return RUN_TABLE(check_smbios, smbios);
}
