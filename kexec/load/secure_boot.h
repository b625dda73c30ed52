/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether Secure Boot is on, for messages. */
#ifndef KEXEC_SECURE_BOOT_H
#define KEXEC_SECURE_BOOT_H

#include <stdbool.h>

/*
 * Returns ", Secure Boot is on" or ", Secure Boot is off" from the live machine's EFI
 * variable SecureBoot (UEFI specification 2.10, 3.3), or an empty string if that is
 * unknown: without EFI, efivarfs or libefivar. The string is static.
 */
const char *secure_boot_description(void);

#endif
