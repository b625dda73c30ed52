// SPDX-License-Identifier: GPL-2.0-only
/* Reads the section table of an EFI program. */
#include "files/pe.h"

#include <errno.h>

/* "MS-DOS Stub": begins with "MZ"; the signature's offset is at 0x3c. */
#define DOS_HEADER_BYTES     64u
#define DOS_SIGNATURE_OFFSET 0x3cu

/* "COFF File Header": offsets from the signature in front of it. */
#define COFF_BYTES		  24u
#define COFF_MACHINE		  4u
#define COFF_SECTION_COUNT	  6u
#define COFF_OPTIONAL_HEADER_SIZE 20u

/* "Section Table (Section Headers)". */
#define SECTION_BYTES	     40u
#define SECTION_NAME_BYTES   8u
#define SECTION_VIRTUAL_SIZE 8u
#define SECTION_RAW_SIZE     16u
#define SECTION_RAW_OFFSET   20u

/*
 * "Optional Header": its magic number and the count of its data directories. The
 * certificate table is the fifth one; each has an offset in the file and a size.
 */
#define OPTIONAL_MAGIC_32      0x10bu
#define OPTIONAL_MAGIC_64      0x20bu
#define OPTIONAL_BYTES_MAX     152u
#define DIRECTORY_COUNT_32     92u
#define DIRECTORY_COUNT_64     108u
#define DIRECTORY_CERTIFICATES 4u
#define DIRECTORY_BYTES	       8u

/* Sets *signature to the offset of the PE signature. -ENOEXEC without one. */
static int find_signature(const struct kernel_file *file, uint32_t *signature,
			  struct error *err)
{
	uint8_t dos[DOS_HEADER_BYTES], found[4];
	int rc;

	if (file->size < sizeof(dos))
		return -ENOEXEC;
	rc = kernel_file_read(file, 0, dos, sizeof(dos), err);
	if (rc < 0)
		return rc;
	if (memcmp(dos, "MZ", 2))
		return -ENOEXEC;
	bytes_u32((struct bytes){ dos, sizeof(dos) }, DOS_SIGNATURE_OFFSET, signature);
	/* A DOS program has other data at this offset. */
	if (*signature > file->size || file->size - *signature < sizeof(found))
		return -ENOEXEC;
	rc = kernel_file_read(file, *signature, found, sizeof(found), err);
	if (rc < 0)
		return rc;
	return memcmp(found, "PE\0\0", sizeof(found)) ? -ENOEXEC : 0;
}

int pe_open(const struct kernel_file *file, struct pe *pe, struct error *err)
{
	uint8_t data[COFF_BYTES];
	struct bytes coff = { data, sizeof(data) };
	uint16_t optional_header_size;
	uint32_t signature;
	int rc = find_signature(file, &signature, err);

	if (rc < 0)
		return rc;
	if (file->size - signature < sizeof(data))
		return error_set(err, EBADMSG,
				 "%s is cut off: its COFF header begins at byte %u, but "
				 "the file has only %llu bytes; copy it again",
				 file->path, signature, (unsigned long long)file->size);
	rc = kernel_file_read(file, signature, data, sizeof(data), err);
	if (rc < 0)
		return rc;
	pe->file = file;
	bytes_u16(coff, COFF_MACHINE, &pe->machine);
	bytes_u16(coff, COFF_SECTION_COUNT, &pe->section_count);
	bytes_u16(coff, COFF_OPTIONAL_HEADER_SIZE, &optional_header_size);
	/* 32-bit and 16-bit values, so the sums do not wrap. */
	pe->optional_header = (uint64_t)signature + COFF_BYTES;
	pe->table = (uint64_t)signature + COFF_BYTES + optional_header_size;
	pe->table_end = pe->table + (uint64_t)pe->section_count * SECTION_BYTES;
	if (pe->table_end > file->size)
		return error_set(err, EBADMSG,
				 "%s is cut off: by its header the table of %u sections "
				 "ends at byte %llu, but the file has only %llu bytes; "
				 "copy it again",
				 file->path, pe->section_count,
				 (unsigned long long)pe->table_end,
				 (unsigned long long)file->size);
	return 0;
}

int pe_read_section(const struct pe *pe, unsigned index, struct pe_section *section,
		    struct error *err)
{
	uint8_t data[SECTION_BYTES];
	struct bytes entry = { data, sizeof(data) };
	int rc = kernel_file_read(pe->file, pe->table + (uint64_t)index * SECTION_BYTES,
				  data, sizeof(data), err);

	if (rc < 0)
		return rc;
	memcpy(section->name, data, SECTION_NAME_BYTES);
	section->name[SECTION_NAME_BYTES] = '\0';
	bytes_u32(entry, SECTION_VIRTUAL_SIZE, &section->virtual_size);
	bytes_u32(entry, SECTION_RAW_SIZE, &section->raw_size);
	bytes_u32(entry, SECTION_RAW_OFFSET, &section->raw_offset);
	return 0;
}

uint64_t pe_section_end(const struct pe_section *section)
{
	uint64_t size = section->virtual_size < section->raw_size ? section->virtual_size
								  : section->raw_size;

	return section->raw_offset + size;
}

int pe_require_in_file(const struct pe *pe, const struct pe_section *section,
		       struct error *err)
{
	const char *path = pe->file->path;

	if (section->virtual_size > section->raw_size)
		return error_set(err, EBADMSG,
				 "%s: its %s section is cut off: it should have %u bytes "
				 "(VirtualSize), but only %u are in the file",
				 path, section->name, section->virtual_size,
				 section->raw_size);
	if (!section->virtual_size)
		return 0;
	if (pe_section_end(section) > pe->file->size)
		return error_set(err, EBADMSG,
				 "%s is cut off: its %s section ends at byte %llu, but "
				 "the file has only %llu bytes; copy it again",
				 path, section->name,
				 (unsigned long long)pe_section_end(section),
				 (unsigned long long)pe->file->size);
	if (section->raw_offset < pe->table_end)
		return error_set(err, EBADMSG,
				 "%s: its %s section begins at byte %u, within the "
				 "headers, which end at %llu",
				 path, section->name, section->raw_offset,
				 (unsigned long long)pe->table_end);
	return 0;
}

int pe_has_signature(const struct pe *pe, bool *has_signature, struct error *err)
{
	uint8_t data[OPTIONAL_BYTES_MAX];
	struct bytes header = { data, pe->table - pe->optional_header };
	uint32_t directories = 0, size = 0;
	uint64_t count_at = DIRECTORY_COUNT_64;
	uint16_t magic = 0;
	int rc;

	if (header.size > sizeof(data))
		header.size = sizeof(data);
	rc = kernel_file_read(pe->file, pe->optional_header, data, header.size, err);
	if (rc < 0)
		return rc;
	bytes_u16(header, 0, &magic);
	if (magic == OPTIONAL_MAGIC_32)
		count_at = DIRECTORY_COUNT_32;
	bytes_u32(header, count_at, &directories);
	if ((magic == OPTIONAL_MAGIC_32 || magic == OPTIONAL_MAGIC_64) &&
	    directories > DIRECTORY_CERTIFICATES)
		bytes_u32(header,
			  count_at + 4 + DIRECTORY_CERTIFICATES * DIRECTORY_BYTES + 4,
			  &size);
	*has_signature = size != 0;
	return 0;
}
