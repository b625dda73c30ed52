// SPDX-License-Identifier: GPL-2.0-only
/* The layouts of config tables, a row each; ACPI, SMBIOS and TPM in files of their own. */
#include "efi_table_layout.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "efi_table_layout_internal.h"
#include "purgatory/handover.h"
#include "util/cleanup.h"

#define MEMORY_DESCRIPTOR_BYTES_MIN 40u
#define MEMORY_DESCRIPTOR_BYTES_MAX 4096u
#define CC_BLOB_MAGIC		    0x45444d41u /* "AMDE" */
#define MOK_ENTRIES_MAX		    4096u
#define RESERVATION_NODES_MAX	    4096u
#define RESERVATIONS_MAX	    4096u

int examine_damaged(struct examination *examination, const char *format, ...)
{
	struct efi_config_table *table = examination->table;
	va_list args;
	int length;

	if (table->problem)
		return -EBADMSG;
	va_start(args, format);
	length = vasprintf(&table->problem, format, args);
	va_end(args);
	if (length < 0) {
		table->problem = NULL;
		return -ENOMEM;
	}
	table->state = EFI_TABLE_DAMAGED;
	return -EBADMSG;
}

int examine_read(struct examination *examination, uint64_t address, void *buffer,
		 size_t size)
{
	const struct efi_table_source *source = examination->source;
	struct efi_config_table *table = examination->table;
	_cleanup_error_ struct error why = { 0 };
	int rc = source->read(source->context, address, buffer, size, &why);

	if (rc >= 0 || rc == -ENOMEM)
		return rc;
	if (table->problem)
		return -EBADMSG;
	table->state = EFI_TABLE_UNREADABLE;
	if (rc == -ENXIO)
		table->state = table->part_count ? EFI_TABLE_DAMAGED : EFI_TABLE_OUTSIDE;
	table->problem = take_pointer(why.message);
	return -EBADMSG;
}

static int add_part(struct efi_config_table *table, uint64_t start, uint64_t end)
{
	struct efi_table_part *parts =
		reallocarray(table->parts, table->part_count + 1, sizeof(*parts));

	if (!parts)
		return -ENOMEM;
	table->parts = parts;
	parts[table->part_count++] = (struct efi_table_part){ start, end };
	return 0;
}

int examine_add(struct examination *examination, uint64_t start, uint64_t size)
{
	const struct efi_table_source *source = examination->source;
	uint64_t end;

	if (examination->table->part_count == EFI_TABLE_PARTS_MAX)
		return examine_damaged(examination, "it leads to more than %u pieces",
				       EFI_TABLE_PARTS_MAX);
	if (!size || size > EFI_TABLE_BYTES_MAX || !add_u64(start, size, &end))
		return examine_damaged(examination,
				       "it claims 0x%" PRIx64 " bytes at 0x%" PRIx64,
				       size, start);
	if (!source->is_memory(source->context, start, end))
		return examine_damaged(examination,
				       "the 0x%" PRIx64 " bytes at 0x%" PRIx64
				       " that it claims are not all memory",
				       size, start);
	return add_part(examination->table, start, end);
}

bool examine_adds_up(const uint8_t *data, size_t size)
{
	uint8_t sum = 0;

	while (size)
		sum += data[--size];
	return !sum;
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
	if (!examine_adds_up(data, size))
		return examine_damaged(examination,
				       "the checksum of %s at 0x%" PRIx64 " is wrong",
				       what, start);
	return 0;
}

/* Reads a header of the table's own and hands it to the readers of util/bytes.h. */
static int read_header(struct examination *examination, uint8_t *buffer, size_t size,
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
	int rc = read_header(examination, header, sizeof(header), &bytes);

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
	uint32_t count = 0, most = 0;
	uint64_t version = 0;
	struct bytes bytes;
	uint8_t header[16];
	int rc = read_header(examination, header, sizeof(header), &bytes);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &count);
	bytes_u32(bytes, 4, &most);
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
	int rc = read_header(examination, table, sizeof(table), &bytes);

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

/* Linux, include/linux/efi.h: struct linux_efi_random_seed. */
static int examine_random_seed(struct examination *examination)
{
	struct bytes bytes;
	uint32_t size = 0;
	uint8_t header[4];
	int rc = read_header(examination, header, sizeof(header), &bytes);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &size);
	if (!size)
		return examine_damaged(examination, "it holds no seed");
	return examine_add(examination, examination->table->address,
			   sizeof(header) + (uint64_t)size);
}

/*
 * Linux, include/linux/efi.h: struct efi_mokvar_table_entry, a name of 256 bytes, the
 * length of the data, the data; the last entry has neither name nor data.
 */
static int examine_mok_variables(struct examination *examination)
{
	uint64_t start = examination->table->address, offset = 0;
	unsigned entries;

	for (entries = 0; entries < MOK_ENTRIES_MAX; entries++) {
		uint8_t entry[264];
		struct bytes bytes = { entry, sizeof(entry) };
		uint64_t size = 0;
		int rc = examine_read(examination, start + offset, entry, sizeof(entry));

		if (rc < 0)
			return rc;
		bytes_u64(bytes, 256, &size);
		offset += sizeof(entry);
		if (!entry[0] && !size)
			return examine_add(examination, start, offset);
		if (!entry[0] || size > EFI_TABLE_BYTES_MAX ||
		    offset + size > EFI_TABLE_BYTES_MAX)
			return examine_damaged(examination,
					       "entry %u claims 0x%" PRIx64 " bytes",
					       entries, size);
		offset += size;
	}
	return examine_damaged(examination, "it has no end within %u entries",
			       MOK_ENTRIES_MAX);
}

/* The reservations of one node; *next: the address of the next node, 0 behind the last. */
static int examine_reservation_node(struct examination *examination, uint64_t address,
				    uint64_t *next)
{
	uint8_t header[16], entry[16];
	struct bytes bytes = { header, sizeof(header) };
	struct bytes entry_bytes = { entry, sizeof(entry) };
	uint32_t size = 0, count = 0, i;
	int rc = examine_read(examination, address, header, sizeof(header));

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &size);
	bytes_u32(bytes, 4, &count);
	bytes_u64(bytes, 8, next);
	if (size > RESERVATIONS_MAX || count > size)
		return examine_damaged(examination,
				       "the node at 0x%" PRIx64 " claims %" PRIu32
				       " of %" PRIu32 " entries",
				       address, count, size);
	rc = examine_add(examination, address, sizeof(header) + size * sizeof(entry));
	for (i = 0; i < count && !rc; i++) {
		uint64_t start = 0, length = 0;

		rc = examine_read(examination,
				  address + sizeof(header) + i * sizeof(entry), entry,
				  sizeof(entry));
		if (rc < 0)
			return rc;
		bytes_u64(entry_bytes, 0, &start);
		bytes_u64(entry_bytes, 8, &length);
		if (length)
			rc = examine_add(examination, start, length);
	}
	return rc;
}

/* Linux, include/linux/efi.h: struct linux_efi_memreserve, a list. */
static int examine_memory_reservations(struct examination *examination)
{
	uint64_t address = examination->table->address;
	unsigned nodes;

	for (nodes = 0; nodes < RESERVATION_NODES_MAX; nodes++) {
		int rc = examine_reservation_node(examination, address, &address);

		if (rc < 0 || !address)
			return rc;
	}
	return examine_damaged(examination, "it has no end within %u nodes",
			       RESERVATION_NODES_MAX);
}

/* Linux, include/linux/efi.h: struct efi_unaccepted_memory. */
static int examine_unaccepted_memory(struct examination *examination)
{
	uint32_t version = 0;
	uint64_t size = 0;
	struct bytes bytes;
	uint8_t header[24];
	int rc = read_header(examination, header, sizeof(header), &bytes);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &version);
	bytes_u64(bytes, 16, &size);
	if (version != 1 || size > EFI_TABLE_BYTES_MAX)
		return examine_damaged(examination,
				       "its header says version %" PRIu32
				       ", a bitmap of 0x%" PRIx64 " bytes",
				       version, size);
	return examine_add(examination, examination->table->address,
			   sizeof(header) + size);
}

/* Linux, include/linux/efi.h: struct linux_efi_coco_secret_area, an address and a size. */
static int examine_secrets(struct examination *examination)
{
	uint64_t address = 0, size = 0;
	struct bytes bytes;
	uint8_t table[16];
	int rc = read_header(examination, table, sizeof(table), &bytes);

	if (rc < 0)
		return rc;
	bytes_u64(bytes, 0, &address);
	bytes_u64(bytes, 8, &size);
	rc = examine_add(examination, examination->table->address, sizeof(table));
	return rc ? rc : examine_add(examination, address, size);
}

/* Linux, arch/x86/include/asm/sev.h: struct cc_blob_sev_info. */
static int examine_cc_blob(struct examination *examination)
{
	uint32_t magic = 0, secrets_size = 0, cpuid_size = 0;
	uint64_t secrets = 0, cpuid = 0;
	struct bytes bytes;
	uint8_t blob[40];
	int rc = read_header(examination, blob, sizeof(blob), &bytes);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &magic);
	bytes_u64(bytes, 8, &secrets);
	bytes_u32(bytes, 16, &secrets_size);
	bytes_u64(bytes, 24, &cpuid);
	bytes_u32(bytes, 32, &cpuid_size);
	if (magic != CC_BLOB_MAGIC)
		return examine_damaged(examination, "it begins with 0x%" PRIx32, magic);
	rc = examine_add(examination, examination->table->address, sizeof(blob));
	if (rc < 0)
		return rc;
	if (secrets_size > EFI_CC_BLOB_AREA_MAX || cpuid_size > EFI_CC_BLOB_AREA_MAX)
		return examine_damaged(examination,
				       "it claims secrets of 0x%" PRIx32
				       " bytes, CPUID of 0x%" PRIx32,
				       secrets_size, cpuid_size);
	rc = examine_add(examination, secrets, secrets_size);
	return rc ? rc : examine_add(examination, cpuid, cpuid_size);
}

/*
 * guess_pages: what is kept, from the table's first page on, where its length is not to be
 * had; more than any machine is known to need. The firmware's memory map describes some
 * hundred ranges, a TPM log has 64 KiB (TCG EFI Protocol, 5).
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

/* Too much kept costs little, too little costs the table. */
static int guess(struct efi_config_table *table)
{
	uint64_t start = align_down(table->address, PAGE_BYTES), end;

	if (table->part_count || table->state == EFI_TABLE_OUTSIDE)
		return 0;
	if (!add_u64(start, layouts[table->kind].guess_pages * PAGE_BYTES, &end))
		return 0;
	return add_part(table, table->address, end);
}

int efi_table_examine(const struct efi_table_source *source, bool checksums,
		      struct efi_config_table *table, struct error *err)
{
	struct examination examination = { source, checksums, table };
	int rc;

	table->state = EFI_TABLE_NOT_EXAMINED;
	/*
	 * The boot loader's memory, which Linux does not keep (efi_config_parse_tables()):
	 * neither the table nor the ramdisk is there any more.
	 */
	if (table->kind == EFI_TABLE_INITRD)
		table->state = EFI_TABLE_USED_UP;
	if (table->kind >= sizeof(layouts) / sizeof(layouts[0]) ||
	    !layouts[table->kind].examine)
		return 0;
	rc = layouts[table->kind].examine(&examination);
	/* A sum that is wrong somewhere does not keep the rest from being looked at. */
	if (!rc && !table->problem)
		table->state = EFI_TABLE_INTACT;
	else if (rc != -ENOMEM)
		rc = guess(table);
	return rc == -ENOMEM ? error_no_memory(err) : 0;
}
