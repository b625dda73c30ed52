// SPDX-License-Identifier: GPL-2.0-only
/* How the formats begin that need a library to be undone; known also without it. */
#include <string.h>

#include "files/uncompress_internal.h"

bool xz_begins(struct bytes head)
{
	return head.size >= 6 && !memcmp(head.data, "\xfd\x37\x7a\x58\x5a\0", 6);
}

/* A frame, or one of the 16 kinds to be skipped (RFC 8878, 3.1.2) that pzstd(1) makes. */
bool zstd_begins(struct bytes head)
{
	uint32_t magic;

	if (bytes_u32(head, 0, &magic) < 0)
		return false;
	return magic == 0xfd2fb528 || (magic & ~0xfu) == 0x184d2a50;
}

/* As every encoder writes it: 2^n or 2^n + 2^(n-1), 4 KiB or more. */
static bool is_dictionary_size(uint32_t size)
{
	uint32_t rest = size & (size - 1);

	return size >= 4096 && (!rest || (is_power_of_two(rest) && rest == size / 3 * 2));
}

/*
 * There is no magic. Byte 0 holds the properties, (pb * 5 + lp) * 9 + lc with pb, lp <= 4
 * and lc <= 8, of which LZMA2 and liblzma want lc + lp <= 4; then dictionary size and
 * uncompressed size (all ones: unknown) follow, then the range coder, whose first byte is
 * always 0 (lzma-file-format.txt of XZ Utils; the LZMA SDK's specification).
 * A dictionary as above has a zero in byte 1, so that no ELF file, EFI program, script,
 * cpio archive or boot sector's jump is taken for one.
 */
bool lzma_begins(struct bytes head)
{
	uint32_t dictionary_size;
	uint64_t size;

	if (head.size < 14 || head.data[0] >= 9 * 5 * 5 || head.data[13])
		return false;
	if (head.data[0] % 9 + head.data[0] / 9 % 5 > 4)
		return false;
	bytes_u32(head, 1, &dictionary_size);
	bytes_u64(head, 5, &size);
	return is_dictionary_size(dictionary_size) &&
	       (size == UINT64_MAX || size < 1ull << 38);
}
