/* SPDX-License-Identifier: GPL-2.0-only */
/* Units of bytes, as 64-bit numbers. */
#ifndef KEXEC_UTIL_SIZES_H
#define KEXEC_UTIL_SIZES_H

#define KIB 1024ull
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)

#endif
