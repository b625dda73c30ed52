/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies the ACPI root pointer to the places where a kernel looks that knows nothing of
 * EFI. The loader often has the address only: the running kernel lets no program read
 * memory that the firmware calls "ACPI Tables" (CONFIG_IO_STRICT_DEVMEM).
 */
#ifndef PURGATORY_RSDP_H
#define PURGATORY_RSDP_H

#include "identity_map.h"
#include "purgatory_params.h"

enum rsdp_status {
	RSDP_COPIED,
	RSDP_NOT_MAPPED,    /* skipped; map_status says why */
	RSDP_OUTSIDE,	    /* skipped: a place for the copy lies outside memory */
	RSDP_BAD_SIGNATURE, /* skipped: mapped, but something else */
	RSDP_BAD_CHECKSUM,  /* skipped: damaged */
	RSDP_STATUSES,
};

struct rsdp_result {
	enum rsdp_status status;
	enum identity_map_status map_status;
	uint32_t bytes; /* copied: RSDP_OLD_SIZE, EFI_RSDP_SIZE, or 0 */
};

/*
 * Maps the root pointer, checks its signature and checksums (ACPI 6.5, 5.2.5.3), and
 * copies it: 20 bytes before revision 2, else 36. In the Multiboot2 information the copy
 * becomes one or two tags. Writes nothing, anywhere, unless all is right.
 * Must be called after verification, which covers the places as the loader left them.
 */
struct rsdp_result rsdp_copy(struct identity_map *map, const struct purgatory_rsdp *rsdp);

/* Returns why it was skipped: the end of a sentence, without a full stop. Static. */
const char *rsdp_reason(const struct rsdp_result *result);

#endif
