/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the running kernel maps the EFI config table array for the next one by itself.
 */
#ifndef KEXEC_ARRAY_MAPPING_H
#define KEXEC_ARRAY_MAPPING_H

#include <stdbool.h>

#include "efi/efi_facts.h"
#include "machine/machine.h"
#include "memory/iomem.h"

/*
 * Finds out whether the identity map that the running kernel builds for the next one
 * holds the config table array without our help. from_6_12, from_5_4: it is such a
 * kernel, or newer. iomem: { 0 } if it could not be read. *mapped is false where that is
 * unknown; *reason is a static sentence. Returns 0 or -ENOMEM.
 */
__must_check int array_mapping_find(const struct efi_facts *efi,
				    const struct iomem *iomem, bool from_6_12,
				    bool from_5_4, bool *mapped, const char **reason);

/* The same for this machine. */
__must_check int array_mapping_find_here(const struct machine *machine, bool *mapped,
					 const char **reason);

#endif
