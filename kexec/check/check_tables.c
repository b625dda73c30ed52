// SPDX-License-Identifier: GPL-2.0-only
/* The EFI config tables as --check sees them: results, sources, digests. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/check_internal.h"
#include "memory/physical_memory.h"
#include "purgatory/sha256.h"

#define ACPI_SOURCE "/sys/firmware/acpi/tables"

/* A table with more is compared by its headers only. */
#define DIGEST_BYTES_MAX (64u << 20)

_Static_assert(CHECK_DIGEST_BYTES == SHA256_BYTES, "a digest is one of SHA-256");

/* plain: what was found without looking at checksums. */
static enum check_table_result result_of(enum efi_table_state plain,
					 enum efi_table_state state)
{
	switch (state) {
	case EFI_TABLE_INTACT:
		return CHECK_TABLE_INTACT;
	case EFI_TABLE_DAMAGED:
		return plain == EFI_TABLE_INTACT ? CHECK_TABLE_WRONG_SUM
						 : CHECK_TABLE_DAMAGED;
	case EFI_TABLE_OUTSIDE:
		return CHECK_TABLE_OUTSIDE;
	case EFI_TABLE_UNREADABLE:
		return CHECK_TABLE_UNREADABLE;
	case EFI_TABLE_USED_UP:
		return CHECK_TABLE_USED_UP;
	case EFI_TABLE_NOT_EXAMINED:
		break;
	}
	return CHECK_TABLE_NOT_EXAMINED;
}

/*
 * What is secret, or changes while the machine runs: a seed is renewed for the next kernel,
 * reservations and accepted memory come and go.
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

/* Returns 0 or the error of the reader. */
static int add_to_digest(struct physical_memory_reader *reader,
			 const struct efi_config_table *table,
			 const struct efi_table_part *part, struct sha256 *sha)
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
		sha256_update(sha, buffer, size);
		at += size;
	}
	return 0;
}

static void take_digest(struct physical_memory_reader *reader,
			const struct efi_config_table *table, struct check_table *checked)
{
	struct sha256 sha;
	size_t i;

	if (!has_fixed_contents(table))
		return;
	sha256_init(&sha, sha256_blocks_portable);
	for (i = 0; i < table->part_count; i++)
		if (add_to_digest(reader, table, &table->parts[i], &sha) < 0)
			return;
	sha256_final(&sha, checked->digest);
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
	/* A recorded machine need not have it. */
	else if (check_fact_set(&facts->acpi,
				rc == -ENOENT && facts->live ? CHECK_NO : CHECK_UNKNOWN,
				"%s", why.message) < 0)
		return -ENOMEM;
	return 0;
}

/* Where /dev/mem keeps ACPI back, the kernel shows it elsewhere. */
static int replace_by_acpi(const struct check_facts *facts, struct check_table *checked)
{
	char *problem = facts->acpi_problem ? strdup(facts->acpi_problem) : NULL;

	if (facts->acpi_problem && !problem)
		return -ENOMEM;
	free(checked->problem);
	checked->problem = problem;
	checked->result = problem ? CHECK_TABLE_WRONG_SUM : CHECK_TABLE_INTACT;
	checked->source = ACPI_SOURCE;
	return 0;
}

static int check_table(struct physical_memory_reader *reader, enum efi_table_state plain,
		       const struct efi_config_table *table,
		       const struct check_facts *facts, struct check_table *checked)
{
	checked->result = result_of(plain, table->state);
	if (table->kind == EFI_TABLE_ACPI && checked->result == CHECK_TABLE_UNREADABLE &&
	    facts->acpi.answer == CHECK_YES)
		return replace_by_acpi(facts, checked);
	if (table->problem) {
		checked->problem = strdup(table->problem);
		if (!checked->problem)
			return -ENOMEM;
	}
	/* What is guessed to belong to a table may be no memory. */
	if (checked->result == CHECK_TABLE_INTACT ||
	    checked->result == CHECK_TABLE_WRONG_SUM)
		take_digest(reader, table, checked);
	return 0;
}

int check_tables_read(const struct root *root, struct check_facts *facts,
		      struct error *err)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	struct efi_config_tables *tables = &facts->machine.efi.tables;
	_cleanup_free_ enum efi_table_state *plain = NULL;
	size_t i;
	int rc;

	physical_memory_open(root, &reader);
	plain = calloc(tables->count + 1, sizeof(*plain));
	facts->tables = calloc(tables->count + 1, sizeof(*facts->tables));
	if (!plain || !facts->tables)
		return error_no_memory(err);
	for (i = 0; i < tables->count; i++)
		plain[i] = tables->tables[i].state;
	rc = machine_verify_tables(root, &facts->machine, err);
	if (rc < 0)
		return rc;
	if (read_acpi(root, facts) < 0)
		return error_no_memory(err);
	for (i = 0; i < tables->count; i++)
		if (check_table(&reader, plain[i], &tables->tables[i], facts,
				&facts->tables[i]) < 0)
			return error_no_memory(err);
	return 0;
}
