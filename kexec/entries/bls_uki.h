/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Unified Kernel Images as entries (UAPI Boot Loader Specification, "Type #2"): their
 * profiles, and the command lines of addons (systemd-stub(7), "Companion files").
 */
#ifndef KEXEC_BLS_UKI_H
#define KEXEC_BLS_UKI_H

#include "entries/boot_entry.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Adds an entry for each profile of the image place/EFI/Linux/name, with title, version
 * and sort key of its os-release. A broken image becomes an entry that says so. Returns
 * -EFBIG, -ENOMEM or 0.
 */
__must_check int bls_uki_add(const struct root *root, const char *place, const char *name,
			     struct boot_entries *entries, struct error *err);

/*
 * Completes an entry whose kernel is a UKI: sets options to the command line that the
 * image gets from its own profile, from options (of a type 1 entry; may be NULL) and from
 * addons: those of the place, of the image, and extras, paths below the place. Options
 * stay NULL if the image's own command line is all. Sets a refusal if the image cannot be
 * read. -ENOMEM.
 */
__must_check int bls_uki_complete(const struct root *root, const char *place,
				  const struct string_list *extras,
				  struct boot_entry *entry, struct boot_entries *entries,
				  struct error *err);

#endif
