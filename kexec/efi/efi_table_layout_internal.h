/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files efi_table_*.c only. */
#ifndef KEXEC_EFI_TABLE_LAYOUT_INTERNAL_H
#define KEXEC_EFI_TABLE_LAYOUT_INTERNAL_H

#include <errno.h>

#include "efi/efi_table_layout.h"
#include "util/bytes.h"

/* A table that efi_table_examine() works on. */
struct examination {
	const struct efi_table_source *source;
	bool checksums;
	struct efi_config_table *table;
};

/* These return 0, -ENOMEM, or -EBADMSG: state and problem of the table say why. */

/* Reads memory that belongs to the table. */
__must_check int examine_read(struct examination *examination, uint64_t address,
			      void *buffer, size_t size);

/* Reads the start of the table; *bytes is then a view of buffer. */
__must_check int examine_header(struct examination *examination, uint8_t *buffer,
				size_t size, struct bytes *bytes);

/* Adds [start, start + size), if that is memory and within all limits. */
__must_check int examine_add(struct examination *examination, uint64_t start,
			     uint64_t size);

/*
 * Adds [start, start + size) without a limit of the size, because the running kernel has
 * reserved that range, too. If it is not all memory, marks the table as damaged, adds
 * nothing and returns 0.
 */
__must_check int examine_reserve(struct examination *examination, uint64_t start,
				 uint64_t size);

/* Marks the table as damaged; the first reason is kept. */
int examine_damaged(struct examination *examination, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Compares a checksum: all bytes of [start, start + size), which must be memory, have to
 * add up to 0, else the table is EFI_TABLE_WRONG_CHECKSUM, unless it is damaged as well.
 */
__must_check int examine_sum(struct examination *examination, const char *what,
			     uint64_t start, uint64_t size);

/* ACPI root pointer, ACPI 6.5, 5.2.5.3, and all tables that it leads to. */
__must_check int examine_acpi(struct examination *examination);

/* SMBIOS 3.6, 5.2.1 and 5.2.2: entry point and structure table. */
__must_check int examine_smbios(struct examination *examination);
__must_check int examine_smbios3(struct examination *examination);

/* TCG PC Client Platform Firmware Profile 1.05, 10.2.3 and TCG EFI Protocol, 7. */
__must_check int examine_tpm_log(struct examination *examination);
__must_check int examine_tpm_final_events(struct examination *examination);

/*
 * Linux, include/linux/efi.h: what its EFI stub and boot loaders announce;
 * arch/x86/include/asm/sev.h: the blob of a confidential guest.
 */
__must_check int examine_random_seed(struct examination *examination);
__must_check int examine_mok_variables(struct examination *examination);
__must_check int examine_memory_reservations(struct examination *examination);
__must_check int examine_unaccepted_memory(struct examination *examination);
__must_check int examine_secrets(struct examination *examination);
__must_check int examine_cc_blob(struct examination *examination);

#endif
