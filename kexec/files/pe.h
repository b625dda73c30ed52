/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The section table of an EFI program (PE/COFF specification, "MS-DOS Stub", "COFF File
 * Header" and "Section Table"), and whether it carries a signature ("Optional Header Data
 * Directories"). Nothing else of the format is looked at.
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
	uint64_t optional_header; /* bytes in the file, up to the section table */
	uint64_t table;	    /* section table, bytes in the file: [table, table_end) */
	uint64_t table_end; /* inside of the file */
};

struct pe_section {
	char name[9];	       /* NUL-terminated */
	uint32_t virtual_size; /* bytes that are of use */
	uint32_t raw_size;     /* bytes in the file, usually rounded up */
	uint32_t raw_offset;   /* where they begin in the file */
};

/*
 * Finds the section table. -ENOEXEC without a message if the file is no PE; -EBADMSG if
 * its headers run beyond its end; the errors of kernel_file_read.
 * *pe refers to the file, which must outlive it.
 */
int pe_open(const struct kernel_file *file, struct pe *pe, struct error *err);

/*
 * Reads one entry of the table, index below section_count. Nothing in it is checked.
 * The errors of kernel_file_read.
 */
int pe_read_section(const struct pe *pe, unsigned index, struct pe_section *section,
		    struct error *err);

/*
 * Whether the program carries a signature; nothing is said of whether it is right. Without
 * an optional header that has room for one, there is none. The errors of kernel_file_read.
 */
int pe_has_signature(const struct pe *pe, bool *has_signature, struct error *err);

#endif
