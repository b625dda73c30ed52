/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EFI variables of the Boot Loader Interface (systemd.io/BOOT_LOADER_INTERFACE), read
 * from the files of efivarfs, so that a recorded machine has them, too.
 */
#ifndef KEXEC_LOADER_VARIABLES_H
#define KEXEC_LOADER_VARIABLES_H

#include <stdbool.h>

#include "util/error.h"
#include "util/io.h"

/*
 * Reads a text such as LoaderEntryDefault, as UTF-8. *value is NULL if the variable does
 * not exist, is empty or is not a valid text. The caller frees it. -ENOMEM.
 */
__must_check int loader_variable_read(const struct root *root, const char *name,
				      char **value, struct error *err);

/* True if the firmware enforces signatures (UEFI variable SecureBoot). */
bool loader_secure_boot(const struct root *root);

/* True if the machine was booted through EFI. */
bool loader_is_efi(const struct root *root);

#endif
