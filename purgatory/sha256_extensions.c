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

/* Sixteen rounds from t on, which use up w and leave the words of the next sixteen. */
static inline WITH_SHA void sixteen_rounds(struct variables *v, unsigned int t,
					   __m128i w[4])
{
	four_rounds(v, t, w[0]);
	w[0] = next_words(w[0], w[1], w[2], w[3]);
	four_rounds(v, t + 4, w[1]);
	w[1] = next_words(w[1], w[2], w[3], w[0]);
	four_rounds(v, t + 8, w[2]);
	w[2] = next_words(w[2], w[3], w[0], w[1]);
	four_rounds(v, t + 12, w[3]);
	w[3] = next_words(w[3], w[0], w[1], w[2]);
}

static inline WITH_SHA void load_block(const uint8_t *data, __m128i w[4])
{
	w[0] = load_words(data);
	w[1] = load_words(data + 16);
	w[2] = load_words(data + 32);
	w[3] = load_words(data + 48);
}

static inline WITH_SHA void last_rounds(struct variables *v, const __m128i w[4])
{
	four_rounds(v, 48, w[0]);
	four_rounds(v, 52, w[1]);
	four_rounds(v, 56, w[2]);
	four_rounds(v, 60, w[3]);
}

static inline WITH_SHA struct variables load_state(const uint32_t *state)
{
	return (struct variables){
		.abef = _mm_set_epi32((int)state[0], (int)state[1], (int)state[4],
				      (int)state[5]),
		.cdgh = _mm_set_epi32((int)state[2], (int)state[3], (int)state[6],
				      (int)state[7]),
	};
}

static inline WITH_SHA void store_state(const struct variables *v, uint32_t *state)
{
	state[0] = (uint32_t)_mm_extract_epi32(v->abef, 3);
	state[1] = (uint32_t)_mm_extract_epi32(v->abef, 2);
	state[2] = (uint32_t)_mm_extract_epi32(v->cdgh, 3);
	state[3] = (uint32_t)_mm_extract_epi32(v->cdgh, 2);
	state[4] = (uint32_t)_mm_extract_epi32(v->abef, 1);
	state[5] = (uint32_t)_mm_extract_epi32(v->abef, 0);
	state[6] = (uint32_t)_mm_extract_epi32(v->cdgh, 1);
	state[7] = (uint32_t)_mm_extract_epi32(v->cdgh, 0);
}

static inline WITH_SHA void add(struct variables *v, const struct variables *before)
{
	v->abef = _mm_add_epi32(v->abef, before->abef);
	v->cdgh = _mm_add_epi32(v->cdgh, before->cdgh);
}

WITH_SHA void sha256_blocks_extensions(uint32_t state[SHA256_STATE_WORDS],
				       const uint8_t *data, size_t count)
{
	struct variables v = load_state(state);

	for (; count; count--, data += SHA256_BLOCK_BYTES) {
		struct variables before = v;
		__m128i w[4];

		load_block(data, w);
		for (unsigned int t = 0; t < 48; t += 16)
			sixteen_rounds(&v, t, w);
		last_rounds(&v, w);
		add(&v, &before);
	}
	store_state(&v, state);
}

/*
 * Each pair of rounds waits for the one before, and takes the CPU longer than it takes to
 * begin another one. Two messages side by side fill the gaps.
 */
WITH_SHA void sha256_lanes_extensions(uint32_t states[][SHA256_STATE_WORDS],
				      const uint8_t *const data[], size_t count)
{
	struct variables v0 = load_state(states[0]), v1 = load_state(states[1]);
	size_t end = count * SHA256_BLOCK_BYTES;

	for (size_t at = 0; at < end; at += SHA256_BLOCK_BYTES) {
		struct variables before0 = v0, before1 = v1;
		__m128i w0[4], w1[4];

		load_block(data[0] + at, w0);
		load_block(data[1] + at, w1);
		for (unsigned int t = 0; t < 48; t += 16) {
			sixteen_rounds(&v0, t, w0);
			sixteen_rounds(&v1, t, w1);
		}
		last_rounds(&v0, w0);
		last_rounds(&v1, w1);
		add(&v0, &before0);
		add(&v1, &before1);
	}
	store_state(&v0, states[0]);
	store_state(&v1, states[1]);
}
