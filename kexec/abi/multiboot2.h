/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of the Multiboot specification 2.0, 3.6, that loader and purgatory share. Sizes
 * are in bytes.
 */
#ifndef KEXEC_ABI_MULTIBOOT2_H
#define KEXEC_ABI_MULTIBOOT2_H

/* 3.6.1: a tag begins with type and size, 32 bits each, at a multiple of 8. */
#define MULTIBOOT2_TAG_SIZE	 8u
#define MULTIBOOT2_TAG_ALIGNMENT 8u

/* 3.6.15 and 3.6.16: a copy of the root pointer of ACPI 1.0, and of ACPI 2.0 or later. */
#define MULTIBOOT2_ACPI_OLD 14u
#define MULTIBOOT2_ACPI_NEW 15u

/* Of these two tags, with the padding behind them: 8 + 20 + 4 and 8 + 36 + 4 bytes. */
#define MULTIBOOT2_ACPI_OLD_ROOM 32u
#define MULTIBOOT2_ACPI_NEW_ROOM 48u
#define MULTIBOOT2_ACPI_ROOM	 (MULTIBOOT2_ACPI_OLD_ROOM + MULTIBOOT2_ACPI_NEW_ROOM)

#endif
