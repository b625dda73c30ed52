/* SPDX-License-Identifier: GPL-2.0-only */
/* Digests by the shared library, which purgatory and kexec do not use. */
#ifndef TESTS_UNIT_DIGEST_REFERENCE_H
#define TESTS_UNIT_DIGEST_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

/* XXH64 of size bytes at data. */
uint64_t reference_digest(const void *data, size_t size, uint64_t seed);

#endif
