/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory with a special purpose, which OVMF does not describe. */
#ifndef SOFT_RESERVED_H
#define SOFT_RESERVED_H

#include "support.h"

/*
 * Makes the firmware's memory map call the range [start, end), in bytes and whole pages,
 * free memory with the attribute EFI_MEMORY_SP, which Linux calls "Soft Reserved". Gives
 * up if the range is in use.
 */
void soft_reserve(UINT64 start, UINT64 end);

#endif
