// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layouts of config tables, a row each. Those of the UEFI specification are here, the
 * others in files of their own.
 */
#include "efi/efi_table_layout.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "efi/efi_table_layout_internal.h"
#include "util/cleanup.h"

#define MEMORY_DESCRIPTOR_BYTES_MIN 40u
#define MEMORY_DESCRIPTOR_BYTES_MAX 4096u

/* Damage replaces a wrong checksum; otherwise the first problem is kept. */
static int set_problem(struct efi_config_table *table, enum efi_table_state state,
		       const char *format, va_list args)
{
	char *problem;

	if (table->problem && (table->state != EFI_TABLE_WRONG_CHECKSUM ||
			       state == EFI_TABLE_WRONG_CHECKSUM))
		return -EBADMSG;
	if (vasprintf(&problem, format, args) < 0)
		return -ENOMEM;
	free(table->problem);
	table->problem = problem;
	table->state = state;
	return -EBADMSG;
}

int examine_damaged(struct examination *examination, const char *format, ...)
{
	va_list args;
	int rc;

	va_start(args, format);
	rc = set_problem(examination->table, EFI_TABLE_DAMAGED, format, args);
	va_end(args);
	return rc;
}

static int wrong_checksum(struct examination *examination, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int wrong_checksum(struct examination *examination, const char *format, ...)
{
	va_list args;
	int rc;

	va_start(args, format);
	rc = set_problem(examination->table, EFI_TABLE_WRONG_CHECKSUM, format, args);
	va_end(args);
	return rc;
}

/* Takes wanted from *left. Returns false, and takes nothing, if less is left. */
static bool take_from_budget(uint64_t *left, uint64_t wanted)
{
	if (wanted > *left)
		return false;
	*left -= wanted;
	return true;
}

int examine_read(struct examination *examination, uint64_t address, void *buffer,
		 size_t size)
{
	const struct efi_table_source *source = examination->source;
	struct efi_config_table *table = examination->table;
	_cleanup_error_ struct error why = { 0 };
	int rc;

	if (!take_from_budget(&source->budget->reads, 1 + size / PAGE_BYTES))
		return examine_damaged(examination,
				       "the tables together lead to more than a load "
				       "will read");
	rc = source->read(source->context, address, buffer, size, &why);
	if (rc >= 0 || rc == -ENOMEM)
		return rc;
	if (table->problem)
		return -EBADMSG;
	table->state = rc == -ENXIO ? EFI_TABLE_DAMAGED : EFI_TABLE_UNREADABLE;
	table->problem = take_pointer(why.message);
	return -EBADMSG;
}

/* -ENOBUFS if all tables together would exceed the limit of parts. */
static int append_part(struct examination *examination, uint64_t start, uint64_t end)
{
	struct efi_config_table *table = examination->table;
	struct efi_table_part *parts;

	if (!take_from_budget(&examination->source->budget->parts, 1))
		return -ENOBUFS;
	parts = reallocarray(table->parts, table->part_count + 1, sizeof(*parts));
	if (!parts)
		return -ENOMEM;
	table->parts = parts;
	parts[table->part_count++] = (struct efi_table_part){ start, end };
	return 0;
}

/* -ENOBUFS if all tables together would exceed a limit. */
static int add_part(struct examination *examination, uint64_t start, uint64_t end)
{
	if (!take_from_budget(&examination->source->budget->pages,
			      (end - 1) / PAGE_BYTES - start / PAGE_BYTES + 1))
		return -ENOBUFS;
	return append_part(examination, start, end);
}

static int too_much(struct examination *examination)
{
	return examine_damaged(examination,
			       "the tables together take more than a load will keep");
}

static int not_all_memory(struct examination *examination, uint64_t start, uint64_t size)
{
	return examine_damaged(examination,
			       "the 0x%" PRIx64 " bytes at 0x%" PRIx64
			       " that it claims are not all memory",
			       size, start);
}

int examine_reserve(struct examination *examination, uint64_t start, uint64_t size)
{
	const struct efi_table_source *source = examination->source;
	uint64_t end;
	int rc;

	if (!add_u64(start, size, &end))
		return examine_damaged(examination,
				       "it claims 0x%" PRIx64 " bytes at 0x%" PRIx64,
				       size, start);
	/* This marks the table as damaged, but the other reservations are kept. */
	if (!source->is_memory(source->context, start, end)) {
		rc = not_all_memory(examination, start, size);
		return rc == -EBADMSG ? 0 : rc;
	}
	rc = append_part(examination, start, end);
	return rc == -ENOBUFS ? too_much(examination) : rc;
}

int examine_add(struct examination *examination, uint64_t start, uint64_t size)
{
	const struct efi_table_source *source = examination->source;
	uint64_t end;
	int rc;

	if (!size || size > EFI_TABLE_BYTES_MAX || !add_u64(start, size, &end))
		return examine_damaged(examination,
				       "it claims 0x%" PRIx64 " bytes at 0x%" PRIx64,
				       size, start);
	if (!source->is_memory(source->context, start, end))
		return not_all_memory(examination, start, size);
	rc = add_part(examination, start, end);
	return rc == -ENOBUFS ? too_much(examination) : rc;
}

int examine_sum(struct examination *examination, const char *what, uint64_t start,
		uint64_t size)
{
	_cleanup_free_ uint8_t *data = malloc(size);
	int rc;

	if (!data)
		return -ENOMEM;
	rc = examine_read(examination, start, data, size);
	if (rc < 0)
		return rc;
	if (!adds_up_to_zero(data, size))
		return wrong_checksum(examination,
				      "the checksum of %s at 0x%" PRIx64 " is wrong",
				      what, start);
	return 0;
}

int examine_header(struct examination *examination, uint8_t *buffer, size_t size,
		   struct bytes *bytes)
{
	*bytes = (struct bytes){ buffer, size };
	return examine_read(examination, examination->table->address, buffer, size);
}

/* UEFI specification 2.10, 4.6.4: EFI_MEMORY_ATTRIBUTES_TABLE. */
static int examine_memory_attributes(struct examination *examination)
{
	uint32_t version = 0, count = 0, size = 0;
	struct bytes bytes;
	uint8_t header[16];
	int rc = examine_header(examination, header, sizeof(header), &bytes);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &version);
	bytes_u32(bytes, 4, &count);
	bytes_u32(bytes, 8, &size);
	if (version < 1 || version > 2 || size < MEMORY_DESCRIPTOR_BYTES_MIN ||
	    size > MEMORY_DESCRIPTOR_BYTES_MAX)
		return examine_damaged(examination,
				       "its header says version %" PRIu32
				       ", descriptors of %" PRIu32 " bytes",
				       version, size);
	return examine_add(examination, examination->table->address,
			   sizeof(header) + (uint64_t)count * size);
}

/* UEFI specification 2.10, 23.4: EFI_SYSTEM_RESOURCE_TABLE. */
static int examine_esrt(struct examination *examination)
{
	uint64_t version = 0;
	uint32_t count = 0;
	struct bytes bytes;
	uint8_t header[16];
	int rc = examine_header(examination, header, sizeof(header), &bytes);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &count);
	bytes_u64(bytes, 8, &version);
	if (version != 1)
		return examine_damaged(examination, "its header says version %" PRIu64,
				       version);
	return examine_add(examination, examination->table->address,
			   sizeof(header) + count * 40ull);
}

/* UEFI specification 2.10, 4.6.2: EFI_RT_PROPERTIES_TABLE. */
static int examine_runtime_properties(struct examination *examination)
{
	uint16_t version = 0, length = 0;
	struct bytes bytes;
	uint8_t table[8];
	int rc = examine_header(examination, table, sizeof(table), &bytes);

	if (rc < 0)
		return rc;
	bytes_u16(bytes, 0, &version);
	bytes_u16(bytes, 2, &length);
	if (version != 1 || length != sizeof(table))
		return examine_damaged(examination,
				       "its header says version %u, %u bytes", version,
				       length);
	return examine_add(examination, examination->table->address, sizeof(table));
}

/*
 * guess_pages: the pages that are kept, from the table's first page on, if its length is
 * unknown. That is more than known machines need: the firmware's memory map describes
 * some hundred ranges, and a TPM log has 64 KiB (TCG EFI Protocol, 5).
 */
static const struct {
	int (*examine)(struct examination *examination); /* NULL: its layout is unknown */
	unsigned guess_pages;
} layouts[] = {
	[EFI_TABLE_ACPI] = { examine_acpi, 1 },
	[EFI_TABLE_SMBIOS] = { examine_smbios, 1 },
	[EFI_TABLE_SMBIOS3] = { examine_smbios3, 1 },
	[EFI_TABLE_MEMORY_ATTRIBUTES] = { examine_memory_attributes, 16 },
	[EFI_TABLE_ESRT] = { examine_esrt, 2 },
	[EFI_TABLE_RUNTIME_PROPERTIES] = { examine_runtime_properties, 1 },
	[EFI_TABLE_TPM_LOG] = { examine_tpm_log, 64 },
	[EFI_TABLE_TPM_FINAL_EVENTS] = { examine_tpm_final_events, 16 },
	[EFI_TABLE_RANDOM_SEED] = { examine_random_seed, 2 },
	[EFI_TABLE_MOK_VARIABLES] = { examine_mok_variables, 64 },
	[EFI_TABLE_MEMORY_RESERVATIONS] = { examine_memory_reservations, 1 },
	[EFI_TABLE_UNACCEPTED_MEMORY] = { examine_unaccepted_memory, 64 },
	[EFI_TABLE_SECRETS] = { examine_secrets, 1 },
	[EFI_TABLE_CC_BLOB] = { examine_cc_blob, 1 },
};

/* Guesses the length: keeping too much costs little, too little loses the table. */
static int guess(struct examination *examination)
{
	const struct efi_config_table *table = examination->table;
	uint64_t start = align_down(table->address, PAGE_BYTES), end;

	if (table->part_count || table->state == EFI_TABLE_OUTSIDE)
		return 0;
	if (!add_u64(start, layouts[table->kind].guess_pages * PAGE_BYTES, &end))
		return 0;
	examination->table->guessed = true;
	return add_part(examination, table->address, end);
}

/* Address 0 means that the firmware has withdrawn the entry. */
static int find_begin(struct examination *examination)
{
	const struct efi_table_source *source = examination->source;
	uint64_t address = examination->table->address, end;
	int rc;

	if (address && add_u64(address, 1, &end) &&
	    source->is_memory(source->context, address, end))
		return 0;
	rc = examine_damaged(examination, "no memory at 0x%" PRIx64, address);
	examination->table->state = EFI_TABLE_OUTSIDE;
	return rc;
}

/* Resets the result of an earlier examination. */
static void forget(struct efi_config_table *table)
{
	table->state = EFI_TABLE_NOT_EXAMINED;
	free(table->parts);
	table->parts = NULL;
	table->part_count = 0;
	table->guessed = false;
	free(table->problem);
	table->problem = NULL;
}

int efi_table_examine(const struct efi_table_source *source, bool checksums,
		      struct efi_config_table *table, struct error *err)
{
	struct examination examination = { source, checksums, table };
	int rc;

	forget(table);
	/*
	 * Linux frees the boot loader's memory of the table and the ramdisk
	 * (efi_config_parse_tables()), so both are lost.
	 */
	if (table->kind == EFI_TABLE_INITRD) {
		table->state = EFI_TABLE_USED_UP;
		return 0;
	}
	/*
	 * Linux from 6.14 on does this to the memory attributes table if SETUP_EFI names
	 * SMBIOS (efi_reuse_config()).
	 */
	if (table->address == EFI_INVALID_TABLE_ADDRESS) {
		table->state = EFI_TABLE_DROPPED;
		return 0;
	}
	if (table->kind >= sizeof(layouts) / sizeof(layouts[0]) ||
	    !layouts[table->kind].examine)
		return 0;
	rc = find_begin(&examination);
	if (!rc)
		rc = layouts[table->kind].examine(&examination);
	/* A wrong checksum is a problem although the examination went on to its end. */
	if (!rc && !table->problem)
		table->state = EFI_TABLE_INTACT;
	else if (rc != -ENOMEM)
		rc = guess(&examination);
	return rc == -ENOMEM ? error_no_memory(err) : 0;
}
