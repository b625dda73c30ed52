/* SPDX-License-Identifier: GPL-2.0-only */
/* The GUIDs of config tables (UEFI specification 2.10, 4.6; Linux' efi.h). */
#ifndef KEXEC_EFI_TABLE_KINDS_H
#define KEXEC_EFI_TABLE_KINDS_H

#include "efi/efi_tables.h"

/*
 * Finds the kind of table for a GUID (in the byte order of memory), and a name: that of
 * the list here, libefivar's, or the GUID as text. *name belongs to the caller. Returns 0
 * or -ENOMEM.
 */
__must_check int efi_table_identify(const uint8_t guid[16], enum efi_table_kind *kind,
				    char **name);

#endif
