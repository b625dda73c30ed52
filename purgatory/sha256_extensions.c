// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel SDM vol. 2, SHA256RNDS2, SHA256MSG1, SHA256MSG2. The target attribute on each
 * function stands in for -msha and overrides purgatory's -mgeneral-regs-only.
 */
#include "sha256.h"

#include <immintrin.h>

#define WITH_SHA __attribute__((target("sha,ssse3,sse4.1")))

/* The instructions keep the working variables in this order, the first one topmost. */
struct variables {
	__m128i abef;
	__m128i cdgh;
};

/* Four rounds from round on with message words w. */
static inline WITH_SHA void four_rounds(struct variables *v, unsigned int round,
					__m128i w)
{
	const __m128i *constants = (const __m128i *)&sha256_constants[round];
	__m128i sum = _mm_add_epi32(w, _mm_load_si128(constants));

	/* Two rounds turn abef into what is cdgh for the next two. */
	v->cdgh = _mm_sha256rnds2_epu32(v->cdgh, v->abef, sum);
	v->abef = _mm_sha256rnds2_epu32(v->abef, v->cdgh, _mm_unpackhi_epi64(sum, sum));
}

/* The four words after w12, given the sixteen up to it: FIPS 180-4, 6.2.2 step 1. */
static inline WITH_SHA __m128i next_words(__m128i w0, __m128i w4, __m128i w8, __m128i w12)
{
	__m128i seven_back = _mm_alignr_epi8(w12, w8, 4);
	__m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w4), seven_back);

	return _mm_sha256msg2_epu32(sum, w12);
}

/* Four message words in big endian. */
static inline WITH_SHA __m128i load_words(const uint8_t *data)
{
	const __m128i reversed =
		_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);

	return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)data), reversed);
}

static inline WITH_SHA void one_block(struct variables *v, const uint8_t *data)
{
	__m128i w0 = load_words(data), w4 = load_words(data + 16);
	__m128i w8 = load_words(data + 32), w12 = load_words(data + 48);

	for (unsigned int round = 0; round < 48; round += 16) {
		four_rounds(v, round, w0);
		w0 = next_words(w0, w4, w8, w12);
		four_rounds(v, round + 4, w4);
		w4 = next_words(w4, w8, w12, w0);
		four_rounds(v, round + 8, w8);
		w8 = next_words(w8, w12, w0, w4);
		four_rounds(v, round + 12, w12);
		w12 = next_words(w12, w0, w4, w8);
	}
	four_rounds(v, 48, w0);
	four_rounds(v, 52, w4);
	four_rounds(v, 56, w8);
	four_rounds(v, 60, w12);
}

WITH_SHA void sha256_blocks_extensions(uint32_t state[SHA256_STATE_WORDS],
				       const uint8_t *data, size_t count)
{
	struct variables v = {
		.abef = _mm_set_epi32((int)state[0], (int)state[1], (int)state[4],
				      (int)state[5]),
		.cdgh = _mm_set_epi32((int)state[2], (int)state[3], (int)state[6],
				      (int)state[7]),
	};

	for (; count; count--, data += SHA256_BLOCK_BYTES) {
		struct variables before = v;

		one_block(&v, data);
		v.abef = _mm_add_epi32(v.abef, before.abef);
		v.cdgh = _mm_add_epi32(v.cdgh, before.cdgh);
	}

	state[0] = (uint32_t)_mm_extract_epi32(v.abef, 3);
	state[1] = (uint32_t)_mm_extract_epi32(v.abef, 2);
	state[2] = (uint32_t)_mm_extract_epi32(v.cdgh, 3);
	state[3] = (uint32_t)_mm_extract_epi32(v.cdgh, 2);
	state[4] = (uint32_t)_mm_extract_epi32(v.abef, 1);
	state[5] = (uint32_t)_mm_extract_epi32(v.abef, 0);
	state[6] = (uint32_t)_mm_extract_epi32(v.cdgh, 1);
	state[7] = (uint32_t)_mm_extract_epi32(v.cdgh, 0);
}
