/* SPDX-License-Identifier: GPL-2.0-only */
/* Config tables that OVMF lacks. */
#ifndef PLANT_H
#define PLANT_H

#include "support.h"

/*
 * Installs what the text of \place.txt asks for:
 *
 *   esrt            so many entries of an EFI System Resource Table
 *   mok             so many variables of a MOK variable table
 *   memreserve      so many nodes of Linux' list of memory reservations
 *   blob            address of a table that looks like an SEV-SNP guest's,
 *   blob_secrets    of the secrets page and
 *   blob_cpuid      of the CPUID page that it names (each a page for itself, in memory
 *                   that the caller has taken)
 *   blob_magic, blob_secrets_length, blob_cpuid_length
 *                   other values than the right ones
 *   hostile         1: entries that lead nowhere, to devices and to each other
 *
 * All but the CC blob lie in memory of boot services or of the loader, which is RAM for
 * the kernel.
 */
void plant_tables(const CHAR8 *text);

#endif
