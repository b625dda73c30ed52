// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recognises the formats whose decoders a build may lack, so that a message can name the
 * library.
 */
#include <string.h>

#include "files/uncompress_internal.h"

bool xz_begins(struct bytes head)
{
	return head.size >= 6 && !memcmp(head.data, "\xfd\x37\x7a\x58\x5a\0", 6);
}

/* A frame, or a skippable one of 16 kinds (RFC 8878, 3.1.2), as pzstd(1) writes. */
bool zstd_begins(struct bytes head)
{
	uint32_t magic;

	if (bytes_u32(head, 0, &magic) < 0)
		return false;
	return magic == 0xfd2fb528 || (magic & ~0xfu) == 0x184d2a50;
}

/* Encoders use dictionaries of 2^n or 2^n + 2^(n-1) bytes, and at least 4 KiB. */
static bool is_dictionary_size(uint32_t size)
{
	uint32_t rest = size & (size - 1);

	return size >= 4096 && (!rest || (is_power_of_two(rest) && rest == size / 3 * 2));
}

/*
 * The format lacks a magic number. Byte 0 holds the properties, (pb * 5 + lp) * 9 + lc
 * with pb, lp <= 4 and lc <= 8; LZMA2 and liblzma also require lc + lp <= 4. Dictionary
 * size and uncompressed size (all ones: unknown) follow, then the data of the range
 * coder, whose first byte is always 0 (lzma-file-format.txt of XZ Utils; the LZMA SDK's
 * specification). The dictionary sizes above have a zero in byte 1, unlike ELF files, EFI
 * programs, scripts, cpio archives and boot sectors that begin with a jump.
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
