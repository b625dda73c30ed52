// SPDX-License-Identifier: GPL-2.0-only
/* Private bytes in ACPI tables. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "recording/private_bytes.h"
#include "recording/private_internal.h"
#include "util/bytes.h"

/* ACPI 6.5, 5.2.6: the header that all tables but FACS have. */
#define HEADER_BYTES 36u
#define CHECKSUM     9u

/* ACPI 6.5, 5.2.25.6, NVDIMM Control Region Structure. */
#define NFIT_BODY	40u
#define NFIT_CONTROL	4u
#define NFIT_SERIAL	24u
#define NFIT_SERIAL_END 28u

/*
 * Tables of which all bytes describe the machine's kind, not this one machine (ACPI 6.5,
 * tables 5.5 and 5.6). Others may hold licences (MSDM, SLIC), passwords and addresses
 * (iBFT, NBFT), keys (SVKL) or what a vendor likes.
 */
static const char known_tables[][5] = {
	"APIC", "BERT", "BGRT", "CCEL", "CEDT", "CPEP", "DBG2", "DBGP", "DMAR", "DRTM",
	"DSDT", "ECDT", "EINJ", "ERST", "FACP", "FACS", "FPDT", "HEST", "HMAT", "HPET",
	"IVRS", "LPIT", "MCFG", "MCHI", "MPST", "MSCT", "NFIT", "PCCT", "PDTT", "PMTT",
	"PPTT", "PSDT", "RASF", "RSDT", "SBST", "SLIT", "SPCR", "SPMI", "SRAT", "SSDT",
	"STAO", "TCPA", "TPM2", "VIOT", "WAET", "WDAT", "WDRT", "WSMT", "XENV", "XSDT",
};

static bool is_known(const uint8_t *data)
{
	size_t i;

	for (i = 0; i < sizeof(known_tables) / sizeof(known_tables[0]); i++)
		if (!memcmp(data, known_tables[i], 4))
			return true;
	return false;
}

static int blank_modules(uint8_t *data, size_t size, struct string_list *found)
{
	struct bytes table = { data, size };
	size_t at = NFIT_BODY;
	uint16_t type, length;
	bool any = false;

	while (!bytes_u16(table, at, &type) && !bytes_u16(table, at + 2, &length) &&
	       length >= 4 && bytes_in_range(table, at, length)) {
		if (type == NFIT_CONTROL && length >= NFIT_SERIAL_END) {
			any |= private_is_set(data, at + NFIT_SERIAL,
					      at + NFIT_SERIAL_END);
			private_blank(data, at + NFIT_SERIAL, at + NFIT_SERIAL_END,
				      &data[CHECKSUM]);
		}
		at += length;
	}
	return any ? string_list_add(found, "serial numbers of memory modules") : 0;
}

/*
 * "_AUXMAC_#0123456789AB#" and "_RTXMAC_#…#": the address that a network adapter in a
 * dock takes, as drivers/net/usb/r8152.c of Linux reads it.
 */
static int blank_adapters(uint8_t *data, size_t size, struct string_list *found)
{
	static const char before[] = "MAC_#";
	size_t length = sizeof(before) - 1, at, i;

	for (at = HEADER_BYTES; at < size && size - at > length; at++) {
		if (memcmp(data + at, before, length) != 0)
			continue;
		for (i = at + length; i < size && isxdigit(data[i]); i++) {
			data[CHECKSUM] = (uint8_t)(data[CHECKSUM] + data[i] - 'x');
			data[i] = 'x';
		}
		if (string_list_add(found, "the address of a network adapter") < 0)
			return -ENOMEM;
	}
	return 0;
}

int private_acpi(uint8_t *data, size_t size, struct string_list *found)
{
	int rc;

	if (size <= HEADER_BYTES)
		return 0;
	if (!is_known(data)) {
		if (!private_is_set(data, HEADER_BYTES, size))
			return 0;
		private_blank(data, HEADER_BYTES, size, &data[CHECKSUM]);
		return string_list_add(found, "all but the header, %zu bytes",
				       size - HEADER_BYTES);
	}
	/* The FACS has no checksum, and nothing to hide. */
	if (!memcmp(data, "FACS", 4))
		return 0;
	if (!memcmp(data, "NFIT", 4)) {
		rc = blank_modules(data, size, found);
		if (rc < 0)
			return rc;
	}
	return blank_adapters(data, size, found);
}
