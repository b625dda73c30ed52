// SPDX-License-Identifier: GPL-2.0-only
/* The logs of a measured boot: a table of Linux' EFI stub, and one of the firmware. */
#include <inttypes.h>

#include "efi/efi_table_layout_internal.h"

#define FINAL_EVENTS_MAX 65536u

/* Linux, include/linux/efi.h: struct linux_efi_tpm_eventlog, nine bytes and the log. */
int examine_tpm_log(struct examination *examination)
{
	uint64_t address = examination->table->address;
	uint8_t header[9];
	struct bytes bytes = { header, sizeof(header) };
	uint32_t size = 0;
	int rc = examine_read(examination, address, header, sizeof(header));

	if (rc < 0)
		return rc;
	bytes_u32(bytes, 0, &size);
	if (header[8] != 1 && header[8] != 2)
		return examine_damaged(examination, "its header says version %u",
				       header[8]);
	return examine_add(examination, address, sizeof(header) + (uint64_t)size);
}

/* TCG Algorithm Registry 1.34, table 3; 0 for an algorithm that is not a hash. */
static unsigned digest_bytes(uint16_t algorithm)
{
	switch (algorithm) {
	case 0x04: /* SHA-1 */
		return 20;
	case 0x0b: /* SHA-256 */
	case 0x12: /* SM3 */
	case 0x27: /* SHA3-256 */
		return 32;
	case 0x0c: /* SHA-384 */
	case 0x28: /* SHA3-384 */
		return 48;
	case 0x0d: /* SHA-512 */
	case 0x29: /* SHA3-512 */
		return 64;
	}
	return 0;
}

/*
 * TCG_PCR_EVENT2: register, type, number of digests; for each its algorithm and the
 * digest; the size of the event, the event. *offset goes from its start to its end.
 */
static int skip_event(struct examination *examination, uint64_t *offset)
{
	uint64_t address = examination->table->address;
	uint8_t header[12], algorithm[2], size[4];
	uint32_t digests = 0, event_size = 0;
	int rc = examine_read(examination, address + *offset, header, sizeof(header));

	if (rc < 0)
		return rc;
	*offset += sizeof(header);
	bytes_u32((struct bytes){ header, sizeof(header) }, 8, &digests);
	/* At most one digest per algorithm; 16 is more than there are algorithms. */
	if (digests > 16)
		return examine_damaged(examination, "an event has %" PRIu32 " digests",
				       digests);
	for (; digests; digests--) {
		uint16_t id = 0;

		rc = examine_read(examination, address + *offset, algorithm,
				  sizeof(algorithm));
		if (rc < 0)
			return rc;
		bytes_u16((struct bytes){ algorithm, sizeof(algorithm) }, 0, &id);
		if (!digest_bytes(id))
			return examine_damaged(examination,
					       "an event has a digest of the unknown "
					       "algorithm 0x%x",
					       id);
		*offset += sizeof(algorithm) + digest_bytes(id);
	}
	rc = examine_read(examination, address + *offset, size, sizeof(size));
	if (rc < 0)
		return rc;
	bytes_u32((struct bytes){ size, sizeof(size) }, 0, &event_size);
	*offset += sizeof(size) + (uint64_t)event_size;
	return 0;
}

/* TCG EFI Protocol 1.0, 7: EFI_TCG2_FINAL_EVENTS_TABLE, two numbers and the events. */
int examine_tpm_final_events(struct examination *examination)
{
	uint64_t address = examination->table->address, version = 0, count = 0;
	uint8_t header[16];
	struct bytes bytes = { header, sizeof(header) };
	uint64_t offset = sizeof(header), i;
	int rc = examine_read(examination, address, header, sizeof(header));

	if (rc < 0)
		return rc;
	bytes_u64(bytes, 0, &version);
	bytes_u64(bytes, 8, &count);
	if (version != 1 || count > FINAL_EVENTS_MAX)
		return examine_damaged(examination,
				       "its header says version %" PRIu64 ", %" PRIu64
				       " events",
				       version, count);
	for (i = 0; i < count; i++) {
		rc = skip_event(examination, &offset);
		if (rc < 0)
			return rc;
		if (offset > EFI_TABLE_BYTES_MAX)
			return examine_damaged(examination,
					       "event %" PRIu64 " ends at byte %" PRIu64,
					       i, offset);
	}
	return examine_add(examination, address, offset);
}
