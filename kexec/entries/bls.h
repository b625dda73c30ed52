/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries of the UAPI Boot Loader Specification: loader/entries/ *.conf (type 1) and
 * EFI/Linux/ *.efi (type 2) in the EFI system partition and the extended boot partition,
 * and which one systemd-boot starts by default (systemd-boot(7), loader.conf(5)).
 */
#ifndef KEXEC_BLS_H
#define KEXEC_BLS_H

#include "entries/boot_entry.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Lists the directories below the root that hold such entries: efi, boot and boot/efi,
 * those with a loader or EFI/Linux directory. -ENOMEM.
 */
__must_check int bls_places(const struct root *root, struct string_list *places,
			    struct error *err);

/* Reads and sorts the entries in all places. -EFBIG, -ENOMEM. */
__must_check int bls_read(const struct root *root, const struct string_list *places,
			  struct boot_entries *entries, struct error *err);

/*
 * Chooses the default entry as systemd-boot does: LoaderEntryOneShot, the preferred and
 * the default entry of the EFI variables and of loader.conf, then the first entry that is
 * Linux. -ENOMEM.
 */
__must_check int bls_choose_default(const struct root *root,
				    const struct string_list *places,
				    struct boot_entries *entries, struct error *err);

#endif
