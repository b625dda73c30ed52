/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a file begins as an initial ramdisk does. */
#ifndef KEXEC_INITRD_FORMAT_H
#define KEXEC_INITRD_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "files/kernel_file.h"

/* The formats, for messages. */
#define INITRD_FORMATS "cpio, gzip, xz, zstd, lz4, bzip2, lzma, lzo"

/* More bytes than any format needs to be recognised. */
#define INITRD_FORMAT_BYTES 4096u

/*
 * Returns true if the data begin as a cpio archive (newc or crc) or as one of the
 * compressed formats that Linux unpacks (init/initramfs.c, lib/decompress.c). Linux skips
 * zeros before an archive, so data of zeros only are accepted, and so is an empty file.
 */
bool initrd_format_is_known(const uint8_t *data, size_t size);

/* The same for the beginning of a file; true if it cannot be read. */
bool initrd_file_is_known(const struct kernel_file *file);

#endif
