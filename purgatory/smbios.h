/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Puts the physical address of the SMBIOS entry point back into the EFI config table
 * array, where the firmware has made it a virtual one. The next kernel then need not do
 * it.
 */
#ifndef PURGATORY_SMBIOS_H
#define PURGATORY_SMBIOS_H

#include "efi.h"
#include "physical_memory.h"
#include "purgatory_params.h"

enum smbios_status {
	SMBIOS_NOT_ASKED, /* the loader knows that the array is right, or has no SMBIOS */
	SMBIOS_PUT_BACK,  /* the array is right now, and SETUP_EFI names nothing */
	SMBIOS_NO_ARRAY,  /* skipped: the array is not mapped */
	SMBIOS_OUTSIDE,	  /* skipped: array or field lie outside memory */
	SMBIOS_NOT_NAMED, /* skipped: the field does not hold the entry point's address */
	SMBIOS_STATUSES,
};

/*
 * Writes smbios->entry_point into each SMBIOS entry of the array that efi_map_tables()
 * has mapped according to *result, and 0 into the field of SETUP_EFI. If anything is
 * skipped, nothing was written: the next kernel does it, because SETUP_EFI still names
 * SMBIOS.
 */
enum smbios_status smbios_put_back(const struct physical_memory *memory,
				   const struct efi_map_result *result,
				   const struct purgatory_smbios *smbios);

/* Returns true if it was asked for and not done. */
bool smbios_was_skipped(enum smbios_status status);

/* Returns why it was skipped: the end of a sentence, without a full stop. Static. */
const char *smbios_reason(enum smbios_status status);

#endif
