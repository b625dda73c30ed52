/* SPDX-License-Identifier: GPL-2.0-only */
/* SMBIOS as some firmware leaves it: by a virtual address once the kernel runs. */
#ifndef VIRTUAL_SMBIOS_H
#define VIRTUAL_SMBIOS_H

#include "support.h"

/*
 * When the kernel calls SetVirtualAddressMap(), the SMBIOS entry of the config table
 * array becomes a virtual address.
 */
void make_smbios_virtual(void);

#endif
