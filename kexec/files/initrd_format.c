// SPDX-License-Identifier: GPL-2.0-only
/* Whether a file begins as an initial ramdisk does. */
#include "files/initrd_format.h"

#include <string.h>

#include "util/io.h"

static const struct {
	uint8_t bytes[9];
	size_t size;
} magics[] = {
	{ "070701", 6 },			/* cpio, newc */
	{ "070702", 6 },			/* cpio, crc */
	{ { 0x1f, 0x8b }, 2 },			/* gzip, RFC 1952 */
	{ { 0x1f, 0x9e }, 2 },			/* gzip, old */
	{ { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6 }, /* xz */
	{ { 0x28, 0xb5, 0x2f, 0xfd }, 4 },	/* zstd, RFC 8878 */
	{ { 0x02, 0x21, 0x4c, 0x18 }, 4 },	/* lz4, legacy frame */
	{ "BZh", 3 },				/* bzip2 */
	{ { 0x5d, 0, 0 }, 3 },			/* lzma, usual properties */
	{ { 0x89, 'L', 'Z', 'O', 0, 0x0d, 0x0a, 0x1a, 0x0a }, 9 }, /* lzop */
};

bool initrd_format_is_known(const uint8_t *data, size_t size)
{
	size_t i;

	while (size && !*data) {
		data++;
		size--;
	}
	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (size >= magics[i].size &&
		    !memcmp(data, magics[i].bytes, magics[i].size))
			return true;
	return !size;
}

bool initrd_file_is_known(const struct kernel_file *file)
{
	uint8_t data[INITRD_FORMAT_BYTES];
	size_t size = file->size < sizeof(data) ? (size_t)file->size : sizeof(data);

	if (kernel_file_read(file, 0, data, size, NULL) < 0)
		return true;
	return initrd_format_is_known(data, size);
}
