/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the live machine's firmware checks signatures. */
#ifndef KEXEC_SECURE_BOOT_H
#define KEXEC_SECURE_BOOT_H

#include <stdbool.h>

/*
 * Returns ", Secure Boot is on" or ", Secure Boot is off" by the live machine's EFI variable
 * SecureBoot (UEFI specification 2.10, 3.3); "" where that is unknown: without EFI, efivarfs
 * or libefivar. A static string.
 */
const char *secure_boot_description(void);

#endif
