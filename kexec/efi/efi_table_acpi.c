// SPDX-License-Identifier: GPL-2.0-only
/*
 * ACPI: the root pointer leads to the root table, which leads to all other tables, one of
 * which leads to two more (ACPI 6.5, 5.2). They usually lie in memory of the type ACPI
 * Tables, but firmware may put them elsewhere.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "efi/efi_table_layout_internal.h"
#include "util/cleanup.h"

#define HEADER_BYTES 36u

/* 5.2.9: where the fixed description table names the two others. */
#define FIXED_FACS	    36u
#define FIXED_DSDT	    40u
#define FIXED_FACS_EXTENDED 132u
#define FIXED_DSDT_EXTENDED 140u
#define FIXED_BYTES	    148u

/* Continues after a damaged table, so that the others are still kept. */
static int go_on(int rc)
{
	return rc == -EBADMSG ? 0 : rc;
}

/*
 * Examines one table and sets *length from its header. A wrong checksum is noted, but
 * tables that this one leads to are still examined. Only the FACS lacks a checksum.
 */
static int examine_table(struct examination *examination, uint64_t address,
			 const char *signature, uint8_t header[HEADER_BYTES],
			 uint32_t *length)
{
	struct bytes bytes = { header, HEADER_BYTES };
	char name[5] = "";
	int rc = examine_read(examination, address, header, HEADER_BYTES);

	if (rc < 0)
		return rc;
	memcpy(name, header, 4);
	bytes_u32(bytes, 4, length);
	if (signature && memcmp(name, signature, 4) != 0)
		return examine_damaged(examination,
				       "the signature of the table at 0x%" PRIx64
				       " is not %s",
				       address, signature);
	if (*length < HEADER_BYTES)
		return examine_damaged(examination,
				       "the table at 0x%" PRIx64 " claims %" PRIu32
				       " bytes",
				       address, *length);
	rc = examine_add(examination, address, *length);
	if (rc < 0 || !examination->checksums || !memcmp(name, "FACS", 4))
		return rc;
	return go_on(examine_sum(examination, "the ACPI table", address, *length));
}

/* The 64-bit address if the table is long enough to have it, and it is set. */
static uint64_t either_address(struct bytes table, uint64_t extended, uint64_t old)
{
	uint64_t address = 0;
	uint32_t low = 0;

	bytes_u64(table, extended, &address);
	if (address)
		return address;
	bytes_u32(table, old, &low);
	return low;
}

static int examine_fixed_description(struct examination *examination, uint64_t address,
				     uint32_t length)
{
	uint8_t fixed[FIXED_BYTES], header[HEADER_BYTES];
	struct bytes bytes = { fixed, length < FIXED_BYTES ? length : FIXED_BYTES };
	uint64_t facs, dsdt;
	uint32_t ignored;
	int rc = examine_read(examination, address, fixed, bytes.size);

	if (rc < 0)
		return rc;
	facs = either_address(bytes, FIXED_FACS_EXTENDED, FIXED_FACS);
	dsdt = either_address(bytes, FIXED_DSDT_EXTENDED, FIXED_DSDT);
	if (facs)
		rc = go_on(examine_table(examination, facs, "FACS", header, &ignored));
	if (!rc && dsdt)
		rc = go_on(examine_table(examination, dsdt, "DSDT", header, &ignored));
	return rc;
}

static int examine_entry(struct examination *examination, uint64_t address)
{
	uint8_t header[HEADER_BYTES];
	uint32_t length = 0;
	int rc;

	if (!address)
		return 0;
	rc = examine_table(examination, address, NULL, header, &length);
	if (rc < 0 || memcmp(header, "FACP", 4) != 0)
		return go_on(rc);
	return go_on(examine_fixed_description(examination, address, length));
}

/* The root table: a header, then only addresses of entry_size bytes. */
static int examine_root_table(struct examination *examination, uint64_t address,
			      const char *signature, uint32_t entry_size)
{
	_cleanup_free_ uint8_t *table = NULL;
	uint8_t header[HEADER_BYTES];
	uint32_t length = 0, offset;
	struct bytes bytes;
	int rc = examine_table(examination, address, signature, header, &length);

	if (rc < 0)
		return rc;
	if (length > EFI_TABLE_PARTS_MAX * entry_size)
		return examine_damaged(examination, "the %s has %" PRIu32 " bytes",
				       signature, length);
	bytes.size = length;
	bytes.data = table = malloc(length);
	if (!table)
		return -ENOMEM;
	rc = examine_read(examination, address, table, length);
	for (offset = HEADER_BYTES; !rc && length - offset >= entry_size;
	     offset += entry_size) {
		uint64_t entry = 0;
		uint32_t low = 0;

		if (entry_size == sizeof(low)) {
			bytes_u32(bytes, offset, &low);
			entry = low;
		} else {
			bytes_u64(bytes, offset, &entry);
		}
		rc = examine_entry(examination, entry);
	}
	return rc;
}

int examine_acpi(struct examination *examination)
{
	uint64_t address = examination->table->address, extended = 0;
	uint8_t pointer[EFI_RSDP_SIZE];
	struct bytes bytes = { pointer, RSDP_OLD_SIZE };
	uint32_t old = 0;
	int rc = examine_read(examination, address, pointer, RSDP_OLD_SIZE);

	if (rc < 0)
		return rc;
	if (memcmp(pointer, "RSD PTR ", 8) != 0 ||
	    !adds_up_to_zero(pointer, RSDP_OLD_SIZE))
		return examine_damaged(examination, "it is not an ACPI root pointer");
	bytes_u32(bytes, 16, &old);
	if (pointer[15] >= 2) {
		rc = examine_read(examination, address, pointer, sizeof(pointer));
		if (rc < 0)
			return rc;
		bytes.size = sizeof(pointer);
		if (!adds_up_to_zero(pointer, sizeof(pointer)))
			return examine_damaged(examination, "the checksum of the ACPI "
							    "root pointer is wrong");
		bytes_u64(bytes, 24, &extended);
	}
	rc = examine_add(examination, address, bytes.size);
	if (rc < 0)
		return rc;
	if (extended)
		return examine_root_table(examination, extended, "XSDT",
					  sizeof(extended));
	return examine_root_table(examination, old, "RSDT", sizeof(old));
}
