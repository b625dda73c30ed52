/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads an EFI program's section table (PE/COFF specification, "MS-DOS Stub", "COFF File
 * Header" and "Section Table"), and finds out whether the program is signed ("Optional
 * Header Data Directories").
 */
#ifndef KEXEC_PE_H
#define KEXEC_PE_H

#include <stdbool.h>
#include <stdint.h>

#include "files/kernel_file.h"

/* "Machine Types". */
#define PE_MACHINE_I386	 0x14cu
#define PE_MACHINE_AMD64 0x8664u

struct pe {
	const struct kernel_file *file;
	uint16_t machine;
	uint16_t section_count;
	uint64_t optional_header; /* offset in the file; ends where the table begins */
	uint64_t table; /* the section table: offsets [table, table_end) in the file */
	uint64_t table_end; /* not beyond the end of the file */
};

struct pe_section {
	char name[9];	       /* NUL-terminated */
	uint32_t virtual_size; /* bytes of the contents */
	uint32_t raw_size;     /* bytes in the file, with padding */
	uint32_t raw_offset;   /* offset in the file */
};

/*
 * Finds the section table. -ENOEXEC without a message if the file is not in this format;
 * -EBADMSG if its headers end beyond the end of the file; the errors of kernel_file_read.
 * *pe points to the file, which must outlive it.
 */
__must_check int pe_open(const struct kernel_file *file, struct pe *pe,
			 struct error *err);

/*
 * Reads one entry of the table, with index below section_count, and does not validate it.
 * Returns the errors of kernel_file_read.
 */
__must_check int pe_read_section(const struct pe *pe, unsigned index,
				 struct pe_section *section, struct error *err);

/* Returns where a section's contents end in the file; padding may follow. */
uint64_t pe_section_end(const struct pe_section *section);

/*
 * Returns 0 if all contents of a section lie in the file, behind the section table, or if
 * it is empty; else -EBADMSG.
 */
__must_check int pe_require_in_file(const struct pe *pe, const struct pe_section *section,
				    struct error *err);

/*
 * Sets *has_signature if the program is signed, whether or not the signature is valid. A
 * program whose optional header lacks the field is not signed. Returns the errors of
 * kernel_file_read.
 */
__must_check int pe_has_signature(const struct pe *pe, bool *has_signature,
				  struct error *err);

#endif
