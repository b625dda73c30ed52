/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reference implementation of SHA-256, and the list of methods that this CPU supports.
 */
#ifndef TESTS_UNIT_SHA256_REFERENCE_H
#define TESTS_UNIT_SHA256_REFERENCE_H

#include <cpuid.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "purgatory/sha256.h"

/* CPUID leaf 7 EBX bit 29: SHA; leaf 1 ECX bits 9 and 19: SSSE3 and SSE4.1. */
static inline bool cpu_has_extensions(void)
{
	unsigned int eax, ebx, ecx, edx, features;

	if (!__get_cpuid(1, &eax, &ebx, &features, &edx) ||
	    !__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
		return false;
	return ebx >> 29 & 1 && features >> 9 & 1 && features >> 19 & 1;
}

/* Fills methods and returns their number. */
static inline size_t all_methods(struct sha256_method methods[3])
{
	methods[0] = sha256_method_portable();
	methods[1] = sha256_method_sse2();
	if (!cpu_has_extensions())
		return 2;
	methods[2] = sha256_method_extensions();
	return 3;
}

/* The reference: a digest computed bit by bit from the text of FIPS 180-4, 6.2.2. */
static inline uint32_t right(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static inline void reference(const uint8_t *data, size_t size,
			     uint8_t digest[SHA256_BYTES])
{
	uint32_t h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	size_t padded = (size + 9 + 63) / 64 * 64;
	uint8_t *message = calloc(1, padded);

	assert_non_null(message);
	memcpy(message, data, size);
	message[size] = 0x80;
	for (int i = 0; i < 8; i++)
		message[padded - 1 - i] = (uint64_t)size * 8 >> (8 * i);
	for (size_t block = 0; block < padded; block += 64) {
		uint32_t w[64], v[8];

		for (int t = 0; t < 64; t++) {
			const uint8_t *m = message + block + 4 * (t & 15);

			if (t < 16)
				w[t] = (uint32_t)m[0] << 24 | m[1] << 16 | m[2] << 8 |
				       m[3];
			else
				w[t] = w[t - 16] + w[t - 7] +
				       (right(w[t - 15], 7) ^ right(w[t - 15], 18) ^
					w[t - 15] >> 3) +
				       (right(w[t - 2], 17) ^ right(w[t - 2], 19) ^
					w[t - 2] >> 10);
		}
		memcpy(v, h, sizeof(v));
		for (int t = 0; t < 64; t++) {
			uint32_t t1 =
				v[7] +
				(right(v[4], 6) ^ right(v[4], 11) ^ right(v[4], 25)) +
				((v[4] & v[5]) ^ (~v[4] & v[6])) + sha256_constants[t] +
				w[t];
			uint32_t t2 =
				(right(v[0], 2) ^ right(v[0], 13) ^ right(v[0], 22)) +
				((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

			memmove(v + 1, v, 7 * sizeof(*v));
			v[4] += t1;
			v[0] = t1 + t2;
		}
		for (int i = 0; i < 8; i++)
			h[i] += v[i];
	}
	for (int i = 0; i < 32; i++)
		digest[i] = h[i / 4] >> (24 - 8 * (i & 3));
	free(message);
}

#endif
