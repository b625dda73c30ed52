/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files private_*.c only. */
#ifndef KEXEC_PRIVATE_INTERNAL_H
#define KEXEC_PRIVATE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Makes [start, end) of data zero and adds what it was to *checksum, a byte outside of
 * that range, so that the sum of both stays; checksum may be NULL.
 */
void private_blank(uint8_t *data, size_t start, size_t end, uint8_t *checksum);

/* True if [start, end) holds anything but zeros. */
bool private_is_set(const uint8_t *data, size_t start, size_t end);

#endif
