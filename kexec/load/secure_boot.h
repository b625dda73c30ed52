/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the firmware checks signatures. */
#ifndef KEXEC_SECURE_BOOT_H
#define KEXEC_SECURE_BOOT_H

#include "util/io.h"

/*
 * ", Secure Boot is on" or ", Secure Boot is off" by the EFI variable SecureBoot (UEFI
 * specification 2.10, 3.3); "" where that is unknown: a recorded machine, no EFI, no
 * efivarfs, or built without libefivar. A static string.
 */
const char *secure_boot_description(const struct root *root);

#endif
