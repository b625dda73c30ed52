// SPDX-License-Identifier: GPL-2.0-only
/* Config tables that Linux' EFI stub, boot loaders and the hosts of guests make. */
#include <inttypes.h>

#include "efi/efi_table_layout_internal.h"

#define CC_BLOB_MAGIC	      0x45444d41u /* "AMDE" */
#define MOK_ENTRIES_MAX	      4096u
#define RESERVATION_NODES_MAX 4096u
#define RESERVATIONS_MAX      4096u

/* Linux, include/linux/efi.h: struct linux_efi_random_seed. */
int examine_random_seed(struct examination *examination)
{
	struct bytes bytes;
	uint32_t size = 0;
	uint8_t header[4];
	int rc = examine_header(examination, header, sizeof(header), &bytes);

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
int examine_mok_variables(struct examination *examination)
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

/* The reservations of one node; *next: the address of the next node, 0 after the last. */
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
			rc = examine_reserve(examination, start, length);
	}
	return rc;
}

/* Linux, include/linux/efi.h: struct linux_efi_memreserve, a list. */
int examine_memory_reservations(struct examination *examination)
{
	uint64_t address = examination->table->address, mark = 0;
	unsigned nodes;

	for (nodes = 1; nodes <= RESERVATION_NODES_MAX; nodes++) {
		int rc = examine_reservation_node(examination, address, &address);

		if (rc < 0 || !address)
			return rc;
		/* Brent's algorithm: marks get farther apart, so loops are found. */
		if (address == mark)
			return examine_damaged(examination,
					       "the node at 0x%" PRIx64 " is in a loop",
					       address);
		if (is_power_of_two(nodes))
			mark = address;
	}
	return examine_damaged(examination, "it has no end within %u nodes",
			       RESERVATION_NODES_MAX);
}

/* Linux, include/linux/efi.h: struct efi_unaccepted_memory. */
int examine_unaccepted_memory(struct examination *examination)
{
	uint32_t version = 0, unit = 0;
	uint64_t size = 0;
	struct bytes bytes;
	uint8_t header[24];
	int rc = examine_header(examination, header, sizeof(header), &bytes);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &version);
	bytes_u32(bytes, 4, &unit);
	bytes_u64(bytes, 16, &size);
	if (version != 1 || unit < PAGE_BYTES || !is_power_of_two(unit) ||
	    size > EFI_TABLE_BYTES_MAX)
		return examine_damaged(examination,
				       "its header says version %" PRIu32
				       ", a bitmap of 0x%" PRIx64 " bytes, 0x%" PRIx32
				       " bytes for each bit",
				       version, size, unit);
	return examine_add(examination, examination->table->address,
			   sizeof(header) + size);
}

/* Linux, include/linux/efi.h: struct linux_efi_coco_secret_area: address and size. */
int examine_secrets(struct examination *examination)
{
	uint64_t address = 0, size = 0;
	struct bytes bytes;
	uint8_t table[16];
	int rc = examine_header(examination, table, sizeof(table), &bytes);

	if (rc < 0)
		return rc;
	bytes_u64(bytes, 0, &address);
	bytes_u64(bytes, 8, &size);
	rc = examine_add(examination, examination->table->address, sizeof(table));
	return rc ? rc : examine_add(examination, address, size);
}

/* Linux, arch/x86/include/asm/sev.h: struct cc_blob_sev_info. */
int examine_cc_blob(struct examination *examination)
{
	uint32_t magic = 0, secrets_size = 0, cpuid_size = 0;
	uint64_t secrets = 0, cpuid = 0;
	struct bytes bytes;
	uint8_t blob[40];
	int rc = examine_header(examination, blob, sizeof(blob), &bytes);

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
