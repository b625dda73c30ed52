// SPDX-License-Identifier: GPL-2.0-only
/* SMBIOS: an entry point, and the structure table that it names (SMBIOS 3.6, 5.2). */
#include <inttypes.h>

#include "efi/efi_table_layout_internal.h"

#define ENTRY_POINT_BYTES_MAX 64u
#define ENTRY_POINT_BYTES     31u
#define ENTRY_POINT3_BYTES    24u

/* The differences between the two entry points. */
struct entry_point {
	const char *anchor;
	size_t size;	     /* bytes that are read */
	size_t shortest;     /* smallest valid length */
	size_t length_field; /* offset of the length, one byte */
};

/* Reads the entry point into buffer, checks it, and adds it as a part. */
static int read_entry_point(struct examination *examination,
			    const struct entry_point *expected,
			    uint8_t buffer[ENTRY_POINT_BYTES_MAX])
{
	uint64_t address = examination->table->address;
	uint8_t length;
	int rc = examine_read(examination, address, buffer, expected->size);

	if (rc < 0)
		return rc;
	length = buffer[expected->length_field];
	if (memcmp(buffer, expected->anchor, strlen(expected->anchor)) != 0 ||
	    length < expected->shortest || length > ENTRY_POINT_BYTES_MAX)
		return examine_damaged(examination, "it is not an SMBIOS entry point");
	rc = examine_read(examination, address, buffer, length);
	if (rc < 0)
		return rc;
	if (!adds_up_to_zero(buffer, length))
		return examine_damaged(examination, "the checksum of the SMBIOS entry "
						    "point is wrong");
	return examine_add(examination, address, length);
}

int examine_smbios(struct examination *examination)
{
	/* SMBIOS 2.1 says 30 where it means 31 (5.2.1, "Entry Point Length"). */
	static const struct entry_point expected = { "_SM_", ENTRY_POINT_BYTES,
						     ENTRY_POINT_BYTES - 1, 5 };
	uint8_t buffer[ENTRY_POINT_BYTES_MAX];
	struct bytes bytes = { buffer, ENTRY_POINT_BYTES };
	uint16_t length = 0;
	uint32_t address = 0;
	int rc = read_entry_point(examination, &expected, buffer);

	if (rc < 0)
		return rc;
	bytes_u16(bytes, 0x16, &length);
	bytes_u32(bytes, 0x18, &address);
	return examine_add(examination, address, length);
}

/* The length is the maximum; the structures may end before. */
int examine_smbios3(struct examination *examination)
{
	static const struct entry_point expected = { "_SM3_", ENTRY_POINT3_BYTES,
						     ENTRY_POINT3_BYTES, 6 };
	uint8_t buffer[ENTRY_POINT_BYTES_MAX];
	struct bytes bytes = { buffer, ENTRY_POINT3_BYTES };
	uint32_t length = 0;
	uint64_t address = 0;
	int rc = read_entry_point(examination, &expected, buffer);

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0xc, &length);
	bytes_u64(bytes, 0x10, &address);
	return examine_add(examination, address, length);
}
