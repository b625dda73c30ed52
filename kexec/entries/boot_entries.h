/* SPDX-License-Identifier: GPL-2.0-only */
/* The entries of the boot loader that this machine starts with. */
#ifndef KEXEC_BOOT_ENTRIES_H
#define KEXEC_BOOT_ENTRIES_H

#include "entries/boot_entry.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Finds the boot loader and reads its entries. The loader is the one that the EFI
 * variable LoaderInfo names, else the one whose configuration exists: GRUB, then the Boot
 * Loader Specification, then EXTLINUX. Returns -ENOENT if there is not a configuration,
 * with the partition that may have to be mounted; and the errors of grub_read, bls_read
 * and extlinux_read.
 * *entries must be { 0 }; boot_entries_clear frees it, also after an error.
 */
__must_check int boot_entries_read(const struct root *root, struct boot_entries *entries,
				   struct error *err);

#endif
