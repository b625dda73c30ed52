// SPDX-License-Identifier: GPL-2.0-only
/*
 * FIPS 180-4, 6.2, for four messages at a time: each vector holds the same word of all
 * four. SSE2 is part of x86-64, so this works on every CPU that has no SHA extensions.
 * The target attribute on each function overrides purgatory's -mgeneral-regs-only.
 */
#include "sha256.h"
#include "sha256_rounds.h"

#include <emmintrin.h>

#define LANES	    4u
#define WITH_SSE2   __attribute__((target("sse2")))
#define INLINE_SSE2 static inline __attribute__((always_inline, target("sse2")))

/* The instructions have no rotation. The halves do not overlap, so XOR joins them, too. */
#define SHIFTED(x, bits)   _mm_srli_epi32(x, bits)
#define ROTATED_L(x, bits) _mm_slli_epi32(x, 32 - (bits))
#define XOR(x, y)	   _mm_xor_si128(x, y)
#define ADD(x, y)	   _mm_add_epi32(x, y)
#define ROTATED(x, bits)   XOR(SHIFTED(x, bits), ROTATED_L(x, bits))
#define THREE_XOR(x, y, z) XOR(XOR(x, y), z)
#define BIG_SIGMA0(x)	   THREE_XOR(ROTATED(x, 2), ROTATED(x, 13), ROTATED(x, 22))
#define BIG_SIGMA1(x)	   THREE_XOR(ROTATED(x, 6), ROTATED(x, 11), ROTATED(x, 25))
#define SMALL_SIGMA0(x)	   THREE_XOR(ROTATED(x, 7), ROTATED(x, 18), SHIFTED(x, 3))
#define SMALL_SIGMA1(x)	   THREE_XOR(ROTATED(x, 17), ROTATED(x, 19), SHIFTED(x, 10))

INLINE_SSE2 __m128i ch(__m128i x, __m128i y, __m128i z)
{
	return XOR(z, _mm_and_si128(x, XOR(y, z)));
}

/* Where y and z agree it is they, else x decides. */
INLINE_SSE2 __m128i maj(__m128i x, __m128i y, __m128i z)
{
	return XOR(y, _mm_and_si128(XOR(x, y), XOR(y, z)));
}

/* The message schedule as in sha256.c: sixteen words, each replaced when it is done with. */
INLINE_SSE2 __m128i schedule(__m128i w[16], unsigned int i, bool first)
{
	if (!first)
		w[i] = ADD(ADD(w[i], SMALL_SIGMA0(w[(i + 1) % 16])),
			   ADD(w[(i + 9) % 16], SMALL_SIGMA1(w[(i + 14) % 16])));
	return w[i];
}

#define ROUND(a, b, c, d, e, f, g, h, i)                                       \
	do {                                                                   \
		__m128i constant = _mm_set1_epi32((int)constants[i]);          \
		__m128i t1 = ADD(ADD(h, ADD(constant, schedule(w, i, first))), \
				 ADD(BIG_SIGMA1(e), ch(e, f, g)));             \
                                                                               \
		(d) = ADD(d, t1);                                              \
		(h) = ADD(t1, ADD(BIG_SIGMA0(a), maj(a, b, c)));               \
	} while (0)

/* Inlined, so that first and every index are constants. */
INLINE_SSE2 void sixteen_rounds(__m128i v[SHA256_STATE_WORDS], __m128i w[16],
				const uint32_t *constants, bool first)
{
	__m128i a = v[0], b = v[1], c = v[2], d = v[3];
	__m128i e = v[4], f = v[5], g = v[6], h = v[7];

	EIGHT_ROUNDS(0);
	EIGHT_ROUNDS(8);

	v[0] = a;
	v[1] = b;
	v[2] = c;
	v[3] = d;
	v[4] = e;
	v[5] = f;
	v[6] = g;
	v[7] = h;
}

/* Rows to columns: out[i] holds element i of all four. */
INLINE_SSE2 void transpose(const __m128i in[4], __m128i out[4])
{
	__m128i low01 = _mm_unpacklo_epi32(in[0], in[1]);
	__m128i high01 = _mm_unpackhi_epi32(in[0], in[1]);
	__m128i low23 = _mm_unpacklo_epi32(in[2], in[3]);
	__m128i high23 = _mm_unpackhi_epi32(in[2], in[3]);

	out[0] = _mm_unpacklo_epi64(low01, low23);
	out[1] = _mm_unpackhi_epi64(low01, low23);
	out[2] = _mm_unpacklo_epi64(high01, high23);
	out[3] = _mm_unpackhi_epi64(high01, high23);
}

/* Four message words in big endian: the bytes of each half-word, then the half-words. */
INLINE_SSE2 __m128i load_words(const uint8_t *data)
{
	__m128i words = _mm_loadu_si128((const __m128i *)data);

	words = _mm_or_si128(_mm_slli_epi16(words, 8), _mm_srli_epi16(words, 8));
	words = _mm_shufflelo_epi16(words, 0xb1);
	return _mm_shufflehi_epi16(words, 0xb1);
}

INLINE_SSE2 void load_block(const uint8_t *const data[], size_t offset, __m128i w[16])
{
	for (unsigned int i = 0; i < 16; i += 4) {
		__m128i rows[LANES];

		for (unsigned int lane = 0; lane < LANES; lane++)
			rows[lane] = load_words(data[lane] + offset + 4ul * i);
		transpose(rows, w + i);
	}
}

/* Between states[lane][word] and state[word], which holds all lanes; its own inverse. */
INLINE_SSE2 void load_states(uint32_t states[][SHA256_STATE_WORDS],
			     __m128i state[SHA256_STATE_WORDS])
{
	for (unsigned int i = 0; i < SHA256_STATE_WORDS; i += 4) {
		__m128i rows[LANES];

		for (unsigned int lane = 0; lane < LANES; lane++)
			rows[lane] = _mm_loadu_si128((const __m128i *)&states[lane][i]);
		transpose(rows, state + i);
	}
}

INLINE_SSE2 void store_states(const __m128i state[SHA256_STATE_WORDS],
			      uint32_t states[][SHA256_STATE_WORDS])
{
	for (unsigned int i = 0; i < SHA256_STATE_WORDS; i += 4) {
		__m128i rows[LANES];

		transpose(state + i, rows);
		for (unsigned int lane = 0; lane < LANES; lane++)
			_mm_storeu_si128((__m128i *)&states[lane][i], rows[lane]);
	}
}

WITH_SSE2 void sha256_lanes_sse2(uint32_t states[][SHA256_STATE_WORDS],
				 const uint8_t *const data[], size_t count)
{
	__m128i state[SHA256_STATE_WORDS];

	load_states(states, state);
	for (size_t block = 0; block < count; block++) {
		__m128i v[SHA256_STATE_WORDS], w[16];

		load_block(data, block * SHA256_BLOCK_BYTES, w);
		for (unsigned int i = 0; i < SHA256_STATE_WORDS; i++)
			v[i] = state[i];
		sixteen_rounds(v, w, sha256_constants, true);
		for (unsigned int t = 16; t < 64; t += 16)
			sixteen_rounds(v, w, sha256_constants + t, false);
		for (unsigned int i = 0; i < SHA256_STATE_WORDS; i++)
			state[i] = ADD(state[i], v[i]);
	}
	store_states(state, states);
}
