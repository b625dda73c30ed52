// SPDX-License-Identifier: GPL-2.0-only
/* Private bytes in boot_params and setup_data. */
#include <errno.h>
#include <string.h>

#include "abi/boot_protocol.h"
#include "efi/efi_copy.h"
#include "purgatory/record.h"
#include "recording/private_bytes.h"
#include "recording/private_internal.h"
#include "util/bytes.h"

/* VESA E-EDID 1.4: a block of 128 bytes, whose last is its checksum. */
#define EDID_BYTES	 128u
#define EDID_SERIAL	 0x0cu
#define EDID_SERIAL_END	 0x10u
#define EDID_DESCRIPTORS 0x36u /* four, of 18 bytes */
#define EDID_DESCRIPTOR	 18u
#define EDID_TEXT	 5u /* in a descriptor */
#define EDID_SERIAL_TEXT 0xffu
#define EDID_CHECKSUM	 127u

/* EDD 3.0, as Linux keeps it: struct edd_info in include/uapi/linux/edd.h. */
#define EDD_DISKS    6u
#define EDD_BYTES    82u
#define EDD_PATH     64u
#define EDD_PATH_END 80u
#define EDD_CHECKSUM 81u

/* The fields of struct pci_setup_rom before the ROM itself (boot.rst). */
#define PCI_ROM_HEADER 40u

void private_blank(uint8_t *data, size_t start, size_t end, uint8_t *checksum)
{
	for (; start < end; start++) {
		if (checksum)
			*checksum = (uint8_t)(*checksum + data[start]);
		data[start] = 0;
	}
}

bool private_is_set(const uint8_t *data, size_t start, size_t end)
{
	while (start < end)
		if (data[start++])
			return true;
	return false;
}

static int blank_edid(uint8_t *edid, struct string_list *found)
{
	size_t at;
	bool any = private_is_set(edid, EDID_SERIAL, EDID_SERIAL_END);

	private_blank(edid, EDID_SERIAL, EDID_SERIAL_END, &edid[EDID_CHECKSUM]);
	for (at = EDID_DESCRIPTORS; at + EDID_DESCRIPTOR < EDID_BYTES;
	     at += EDID_DESCRIPTOR) {
		if (edid[at] || edid[at + 1] || edid[at + 3] != EDID_SERIAL_TEXT)
			continue;
		any = true;
		private_blank(edid, at + EDID_TEXT, at + EDID_DESCRIPTOR,
			      &edid[EDID_CHECKSUM]);
	}
	return any ? string_list_add(found, "the monitor's serial number (EDID)") : 0;
}

static int blank_disks(uint8_t *params, struct string_list *found)
{
	uint8_t *signatures = params + offsetof(struct boot_params, edd_mbr_sig_buffer);
	uint8_t *disks = params + offsetof(struct boot_params, eddbuf);
	bool any = private_is_set(signatures, 0, 64);
	size_t i;

	private_blank(signatures, 0, 64, NULL);
	for (i = 0; i < EDD_DISKS; i++) {
		uint8_t *disk = disks + i * EDD_BYTES;

		any |= private_is_set(disk, EDD_PATH, EDD_PATH_END);
		private_blank(disk, EDD_PATH, EDD_PATH_END, &disk[EDD_CHECKSUM]);
	}
	return any ? string_list_add(found, "identities of disks (EDD)") : 0;
}

int private_boot_params(uint8_t *data, size_t size, struct string_list *found)
{
	int rc;

	if (size < sizeof(struct boot_params))
		return 0;
	rc = blank_edid(data + offsetof(struct boot_params, edid_info), found);
	return rc ? rc : blank_disks(data, found);
}

/* struct setup_data types that boot_protocol.h does not need (bootparam.h of Linux). */
#define SETUP_DATA_PCI	     3u
#define SETUP_DATA_JAILHOUSE 6u

int private_setup_data(uint32_t type, uint8_t *data, size_t size, bool all,
		       struct string_list *found)
{
	size_t start = 0;

	type &= ~SETUP_DATA_INDIRECT;
	switch (type) {
	case SETUP_DATA_E820_EXT:
	case SETUP_DATA_EFI:
	case SETUP_DATA_JAILHOUSE:
	case SETUP_DATA_CC_BLOB:
	case SETUP_DATA_IMA:
	case SETUP_DATA_KEXEC_KHO:
	case EFI_COPY_SETUP_DATA_TYPE:
	case RECORD_SETUP_DATA_TYPE:
		return 0;
	case SETUP_DATA_RNG_SEED:
	case SETUP_DATA_DTB: /* /chosen has rng-seed and kaslr-seed */
		all = false;
		break;
	case SETUP_DATA_PCI:
		start = PCI_ROM_HEADER;
		break;
	}
	if (all || size <= start || !private_is_set(data, start, size))
		return 0;
	private_blank(data, start, size, NULL);
	return string_list_add(found, "data of a setup_data node of type %u, %zu bytes",
			       type, size - start);
}
