// SPDX-License-Identifier: GPL-2.0-only
/* The EFI config tables for --check: states, sources and digests. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/check_internal.h"
#include "memory/physical_memory.h"
#include "purgatory/digest.h"

#define ACPI_SOURCE "/sys/firmware/acpi/tables"

/* A table with more bytes does not get a digest. */
#define DIGEST_BYTES_MAX (64u << 20)

/* The same in every run, so that digests can be compared across a kexec. */
#define DIGEST_SEED 0

/*
 * Returns false for tables that get no digest: secret ones, large ones, and those that
 * change while the machine runs (random seed, memory reservations, unaccepted memory).
 */
static bool has_fixed_contents(const struct efi_config_table *table)
{
	switch (table->kind) {
	case EFI_TABLE_RANDOM_SEED:
	case EFI_TABLE_SECRETS:
	case EFI_TABLE_CC_BLOB:
	case EFI_TABLE_MEMORY_RESERVATIONS:
	case EFI_TABLE_UNACCEPTED_MEMORY:
		return false;
	default:
		return efi_table_size(table) <= DIGEST_BYTES_MAX;
	}
}

/* The FACS holds the lock that firmware and kernel share (ACPI 6.5, 5.2.10). */
static bool changes_by_itself(const struct efi_config_table *table, const uint8_t *data,
			      size_t size)
{
	return table->kind == EFI_TABLE_ACPI && size >= 4 && !memcmp(data, "FACS", 4);
}

/* Adds a part of a table. Returns 0 or the error of reading it. */
static int add_to_digest(struct physical_memory_reader *reader,
			 const struct efi_config_table *table,
			 const struct efi_table_part *part, struct digest *digest)
{
	uint8_t buffer[16384];
	uint64_t at = part->start;

	while (at < part->end) {
		size_t size = part->end - at < sizeof(buffer) ? (size_t)(part->end - at)
							      : sizeof(buffer);
		int rc = physical_memory_read(reader, at, buffer, size, NULL);

		if (rc < 0)
			return rc;
		if (at == part->start && changes_by_itself(table, buffer, size))
			return 0;
		digest_add(digest, buffer, size);
		at += size;
	}
	return 0;
}

static void take_digest(struct physical_memory_reader *reader,
			const struct efi_config_table *table, struct check_table *checked)
{
	struct digest digest;
	size_t i;

	if (!has_fixed_contents(table))
		return;
	digest_begin(&digest, DIGEST_SEED);
	for (i = 0; i < table->part_count; i++)
		if (add_to_digest(reader, table, &table->parts[i], &digest) < 0)
			return;
	checked->digest = digest_end(&digest);
	checked->has_digest = true;
}

static int read_acpi(const struct root *root, struct check_facts *facts)
{
	_cleanup_error_ struct error why = { 0 };
	int rc = check_acpi_tables(root, &facts->acpi_count, &facts->acpi_problem, &why);

	if (rc == -ENOMEM)
		return -ENOMEM;
	if (rc >= 0)
		facts->acpi.answer = CHECK_YES;
	/* A recorded machine may lack the directory. */
	else if (check_fact_set(&facts->acpi,
				rc == -ENOENT && facts->live ? CHECK_NO : CHECK_UNKNOWN,
				"%s", why.message) < 0)
		return -ENOMEM;
	return 0;
}

/* For ACPI tables that /dev/mem does not show: uses the result of ACPI_SOURCE. */
static void replace_by_acpi(const struct check_facts *facts, struct check_table *checked)
{
	checked->problem = facts->acpi_problem;
	checked->state = facts->acpi_problem ? EFI_TABLE_WRONG_CHECKSUM
					     : EFI_TABLE_INTACT;
	checked->source = ACPI_SOURCE;
}

static void check_table(struct physical_memory_reader *reader,
			const struct efi_config_table *table,
			const struct check_facts *facts, struct check_table *checked)
{
	checked->state = table->state;
	checked->problem = table->problem;
	if (table->kind == EFI_TABLE_ACPI && table->state == EFI_TABLE_UNREADABLE &&
	    facts->acpi.answer == CHECK_YES)
		replace_by_acpi(facts, checked);
	/* Tables in other states get no digest: their lengths are not reliable. */
	else if (table->state == EFI_TABLE_INTACT ||
		 table->state == EFI_TABLE_WRONG_CHECKSUM)
		take_digest(reader, table, checked);
}

int check_tables_read(const struct root *root, struct check_facts *facts,
		      struct error *err)
{
	const struct efi_config_tables *tables = &facts->inputs.machine.efi.tables;
	size_t i;

	facts->tables = calloc(tables->count + 1, sizeof(*facts->tables));
	if (!facts->tables || read_acpi(root, facts) < 0)
		return error_no_memory(err);
	facts->table_count = tables->count;
	for (i = 0; i < tables->count; i++)
		check_table(&facts->inputs.memory, &tables->tables[i], facts,
			    &facts->tables[i]);
	return 0;
}
