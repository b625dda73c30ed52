/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A /proc/kcore made from bytes, for the tests. Offsets are from the System V ABI
 * (ELF-64).
 */
#ifndef TESTS_KCORE_IMAGE_H
#define TESTS_KCORE_IMAGE_H

#include "fixtures.h"

#define ELF_HEADER_BYTES     64u
#define PROGRAM_HEADER_BYTES 56u

#define VMALLOC		     UINT64_MAX /* p_paddr of ranges without a physical address */

/* A PT_LOAD; size 0 ends a list. */
struct piece {
	uint64_t virtual_start;
	uint64_t physical;
	uint64_t size;
};

static inline void put_program_header(uint8_t *data, uint32_t type, struct piece piece)
{
	put_le(data, 4, type);
	put_le(data + 4, 4, 7); /* p_flags */
	put_le(data + 8, 8, 0x7fff00001000);
	put_le(data + 16, 8, piece.virtual_start);
	put_le(data + 24, 8, piece.physical);
	put_le(data + 32, 8, piece.size);
	put_le(data + 40, 8, piece.size);
	put_le(data + 48, 8, 4096);
}

/* Makes an ELF header, a PT_NOTE, and a PT_LOAD for each piece. The caller frees it. */
static inline uint8_t *make_kcore(const struct piece *pieces, size_t count, size_t *size)
{
	static const struct poke header[] = {
		{ 0, 4, 0x464c457f }, { 4, 1, 2 },  /* 64 bits */
		{ 5, 1, 1 },			    /* little-endian */
		{ 6, 1, 1 },	      { 16, 2, 4 }, /* ET_CORE */
		{ 18, 2, 62 },			    /* EM_X86_64 */
		{ 20, 4, 1 },	      { 32, 8, ELF_HEADER_BYTES },
		{ 52, 2, 64 },	      { 54, 2, PROGRAM_HEADER_BYTES },
	};
	uint8_t *data;
	size_t i;

	*size = ELF_HEADER_BYTES + (count + 1) * PROGRAM_HEADER_BYTES;
	data = calloc(1, *size);
	assert_non_null(data);
	apply_pokes(data, header, COUNT(header));
	put_le(data + 56, 2, count + 1);
	put_program_header(data + ELF_HEADER_BYTES, 4,
			   (struct piece){ 0, 0, 0x2000 }); /* PT_NOTE */
	for (i = 0; i < count; i++)
		put_program_header(data + ELF_HEADER_BYTES +
					   (i + 1) * PROGRAM_HEADER_BYTES,
				   1, pieces[i]);
	return data;
}

static inline size_t count_pieces(const struct piece *pieces, size_t max)
{
	size_t count = 0;

	while (count < max && pieces[count].size)
		count++;
	return count;
}

#endif
