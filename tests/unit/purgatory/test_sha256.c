// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sha256_reference.h"

#define MILLION 1000000u

/* Both block functions; the second is NULL if the CPU has no SHA extensions. */
static sha256_blocks_function *implementations[2] = { sha256_blocks_portable };

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

/* A block function that is wrong in one bit. */
static void broken_blocks(uint32_t state[SHA256_STATE_WORDS], const uint8_t *data,
			  size_t count)
{
	sha256_blocks_portable(state, data, count);
	state[7] ^= 1;
}

/* A block function that is right for one block and wrong for more. */
static void forgetful_blocks(uint32_t state[SHA256_STATE_WORDS], const uint8_t *data,
			     size_t count)
{
	sha256_blocks_portable(state, data, count > 1 ? 1 : count);
}

/* A lane function whose last lane takes the data of the first one. */
static void mixed_lanes(uint32_t states[][SHA256_STATE_WORDS],
			const uint8_t *const data[], size_t count)
{
	const uint8_t *wrong[] = { data[0], data[1], data[2], data[0] };

	sha256_lanes_sse2(states, wrong, count);
}

/* A lane function with a wrong bit in the last lane. */
static void broken_lanes(uint32_t states[][SHA256_STATE_WORDS],
			 const uint8_t *const data[], size_t count)
{
	sha256_lanes_sse2(states, data, count);
	states[3][0] ^= 1u << 31;
}

static void test_self_test(void **state)
{
	struct sha256_method methods[3], broken = sha256_method_portable();
	size_t count = all_methods(methods);

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_true(sha256_self_test(&methods[i]));
	broken.blocks = broken_blocks;
	assert_false(sha256_self_test(&broken));
	broken.blocks = forgetful_blocks;
	assert_false(sha256_self_test(&broken));
	broken = sha256_method_sse2();
	broken.lanes_blocks = mixed_lanes;
	assert_false(sha256_self_test(&broken));
	broken.lanes_blocks = broken_lanes;
	assert_false(sha256_self_test(&broken));
}

static void test_choice(void **state)
{
	(void)state;
	assert_int_equal(sha256_choose(false, true).lanes, 4);
	assert_int_equal(sha256_choose(false, false).lanes, 1);
	if (cpu_has_extensions()) {
		assert_ptr_equal(sha256_choose(true, true).blocks,
				 sha256_blocks_extensions);
		assert_ptr_equal(sha256_choose(true, false).blocks,
				 sha256_blocks_extensions);
	}
}

/* A method that fails its test is not used, at any place in the list. */
static void test_fallback(void **state)
{
	struct sha256_method methods[3] = { sha256_method_portable(),
					    sha256_method_sse2(), sha256_method_sse2() };

	(void)state;
	methods[0].blocks = broken_blocks;
	methods[1].lanes_blocks = mixed_lanes;
	assert_ptr_equal(sha256_first_sound(methods, 3).lanes_blocks, sha256_lanes_sse2);
	assert_ptr_equal(sha256_first_sound(methods, 2).blocks, sha256_blocks_portable);
	assert_int_equal(sha256_first_sound(methods, 2).lanes, 1);
	assert_int_equal(sha256_first_sound(methods, 0).lanes, 1);
}

/* Each lane has its own state and data. */
static void test_lanes_are_independent(void **state)
{
	struct sha256_method methods[3];
	size_t count = all_methods(methods);
	uint8_t data[4][64 * 20 + 4];

	(void)state;
	srand(3);
	for (size_t i = 0; i < sizeof(data); i++)
		((uint8_t *)data)[i] = rand();
	for (size_t m = 1; m < count; m++)
		for (size_t blocks = 0; blocks <= 20; blocks++) {
			uint32_t found[4][SHA256_STATE_WORDS];
			uint32_t expected[4][SHA256_STATE_WORDS];
			const uint8_t *lanes[4];

			for (unsigned int i = 0; i < 4; i++) {
				lanes[i] = data[i] + i;
				for (unsigned int j = 0; j < SHA256_STATE_WORDS; j++)
					found[i][j] = (uint32_t)rand() * 77u + i;
				memcpy(expected[i], found[i], sizeof(expected[i]));
				if (i < methods[m].lanes)
					sha256_blocks_portable(expected[i], lanes[i],
							       blocks);
			}
			methods[m].lanes_blocks(found, lanes, blocks);
			assert_memory_equal(found, expected, sizeof(found));
		}
}

/* The log shows whether the extensions were tested. */
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
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_lanes_are_independent),
		cmocka_unit_test(test_extensions_on_this_cpu),
	};

	if (cpu_has_extensions())
		implementations[1] = sha256_blocks_extensions;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
