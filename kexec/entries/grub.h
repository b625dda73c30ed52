/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GRUB 2: the entries of its configuration, and the one that it starts by default (GRUB
 * manual, "Configuration").
 */
#ifndef KEXEC_GRUB_H
#define KEXEC_GRUB_H

#include "entries/boot_entry.h"
#include "entries/boot_mounts.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Finds GRUB's configuration below the root, in /boot or in the EFI system partition.
 * *path is NULL without one. -ENOMEM.
 */
__must_check int grub_find_config(const struct root *root, char **path,
				  struct error *err);

/*
 * Reads the configuration at path, adds its entries and chooses the default. Returns
 * -EBADMSG with the line for broken syntax, -ELOOP for endless loops, -EFBIG, -ENOMEM and
 * the errors of reading the file.
 */
__must_check int grub_read(const struct root *root, const struct boot_mounts *mounts,
			   const char *path, struct boot_entries *entries,
			   struct error *err);

#endif
