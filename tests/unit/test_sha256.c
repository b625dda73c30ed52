// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cpuid.h>

#include <cmocka.h>

#include "purgatory/sha256.h"

#define MILLION 1000000u

/* Both ways to compute a block; the second is NULL where the CPU has no extensions. */
static sha256_blocks_function *implementations[2] = { sha256_blocks_portable };

/* CPUID leaf 7 EBX bit 29: SHA; leaf 1 ECX bits 9 and 19: SSSE3 and SSE4.1. */
static bool cpu_has_extensions(void)
{
	unsigned int eax, ebx, ecx, edx, features;

	if (!__get_cpuid(1, &eax, &ebx, &features, &edx) ||
	    !__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
		return false;
	return ebx >> 29 & 1 && features >> 9 & 1 && features >> 19 & 1;
}

static void check(sha256_blocks_function *blocks, const void *data, size_t size,
		  size_t piece, const char *expected)
{
	const uint8_t *bytes = data;
	uint8_t digest[SHA256_BYTES];
	char text[2 * SHA256_BYTES + 1];
	struct sha256 sha;

	memset(&sha, 0xa5, sizeof(sha));
	sha256_init(&sha, blocks);
	for (size_t at = 0; at < size; at += piece)
		sha256_update(&sha, bytes + at, size - at < piece ? size - at : piece);
	sha256_final(&sha, digest);
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		text[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	text[sizeof(text) - 1] = '\0';
	assert_string_equal(text, expected);
}

/* NIST, "SHA256.pdf" of the examples with intermediate values; FIPS 180-2 B.1 to B.3. */
static void test_known_answers(void **state)
{
	static const char two_blocks[] =
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char *million = test_malloc(MILLION);

	(void)state;
	memset(million, 'a', MILLION);
	for (int i = 0; i < 2 && implementations[i]; i++) {
		sha256_blocks_function *blocks = implementations[i];

		check(blocks, "", 0, 1,
		      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
		check(blocks, "abc", 3, 3,
		      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
		check(blocks, two_blocks, 56, 56,
		      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
		check(blocks, million, MILLION, MILLION,
		      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
		check(blocks, million, MILLION, 999,
		      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	}
	test_free(million);
}

/* A digest computed bit by bit from the text of FIPS 180-4, 6.2.2, to compare with. */
static uint32_t right(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static void reference(const uint8_t *data, size_t size, uint8_t digest[SHA256_BYTES])
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

static void compare(const uint8_t *data, size_t size)
{
	uint8_t expected[SHA256_BYTES], digest[SHA256_BYTES];

	reference(data, size, expected);
	for (int i = 0; i < 2 && implementations[i]; i++) {
		struct sha256 sha;
		size_t at = 0;

		sha256_init(&sha, implementations[i]);
		while (at < size) {
			size_t piece = (size_t)rand() % 200;

			if (piece > size - at)
				piece = size - at;
			sha256_update(&sha, data + at, piece);
			at += piece;
		}
		sha256_final(&sha, digest);
		assert_memory_equal(digest, expected, SHA256_BYTES);
	}
}

static void test_every_length_and_many_pieces(void **state)
{
	uint8_t data[3000];

	(void)state;
	srand(1);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = rand();
	for (size_t size = 0; size <= 300; size++)
		compare(data + size % 7, size);
	for (int i = 0; i < 300; i++)
		compare(data + rand() % 64, (size_t)rand() % 2900);
}

/* A block function that is wrong in one bit, and only sometimes. */
static void broken_blocks(uint32_t state[SHA256_STATE_WORDS], const uint8_t *data,
			  size_t count)
{
	sha256_blocks_portable(state, data, count);
	state[7] ^= 1;
}

static void test_self_test(void **state)
{
	(void)state;
	for (int i = 0; i < 2 && implementations[i]; i++)
		assert_true(sha256_self_test(implementations[i]));
	assert_false(sha256_self_test(broken_blocks));
}

/* So that a log shows whether the extensions were tested at all. */
static void test_extensions_on_this_cpu(void **state)
{
	(void)state;
	if (!implementations[1])
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_every_length_and_many_pieces),
		cmocka_unit_test(test_self_test),
		cmocka_unit_test(test_extensions_on_this_cpu),
	};

	if (cpu_has_extensions())
		implementations[1] = sha256_blocks_extensions;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
