/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The entries of EXTLINUX and SYSLINUX, and of boot loaders that read the same
 * configuration, such as U-Boot; and the one that they start by default.
 */
#ifndef KEXEC_EXTLINUX_H
#define KEXEC_EXTLINUX_H

#include "entries/boot_entry.h"
#include "entries/boot_mounts.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Finds the configuration below the root, in /boot or in the EFI system partition. *path
 * is NULL without one. -ENOMEM.
 */
__must_check int extlinux_find_config(const struct root *root, char **path,
				      struct error *err);

/*
 * Reads the configuration at path, adds its entries and chooses the default. Returns the
 * errors of extlinux_config_read.
 */
__must_check int extlinux_read(const struct root *root, const struct boot_mounts *mounts,
			       const char *path, struct boot_entries *entries,
			       struct error *err);

#endif
