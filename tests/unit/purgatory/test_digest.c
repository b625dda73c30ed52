// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of digest.h: published digests, pieces, and the library's own object code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "digest_reference.h"
#include "purgatory/digest.h"

/*
 * From the documents of libxxhash and of its Python binding; xxhsum -H64 prints them,
 * too.
 */
static const struct {
	const char *text;
	uint64_t seed;
	uint64_t digest;
} published[] = {
	{ "", 0, 0xef46db3751d8e999 },
	{ "a", 0, 0xd24ec4f1a98c6e5b },
	{ "abc", 0, 0x44bc2cf5ad770999 },
	{ "xxhash", 0, 0x32dd38952c4bc720 },
	{ "xxhash", 20141025, 0xb559b98d844e0635 },
};

static void test_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(*published); i++)
		assert_int_equal(digest_of(published[i].text, strlen(published[i].text),
					   published[i].seed),
				 published[i].digest);
}

/* The digest of the first size bytes at data, which come in pieces of piece bytes. */
static uint64_t in_pieces(const uint8_t *data, size_t size, size_t piece, uint64_t seed)
{
	struct digest digest;

	digest_begin(&digest, seed);
	for (size_t at = 0; at < size; at += piece)
		digest_add(&digest, data + at, size - at < piece ? size - at : piece);
	return digest_end(&digest);
}

/* All sizes around the 32 bytes that XXH64 takes at a time, at any alignment. */
static void test_sizes(void **state)
{
	static const uint64_t seeds[] = { 0, 1, 0x9e3779b185ebca87, UINT64_MAX };
	uint8_t data[8 + 300];

	(void)state;
	srand(3);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = rand();
	for (size_t size = 0; size <= 300; size++) {
		const uint8_t *start = data + size % 8;
		uint64_t seed = seeds[size / 8 % 4];
		uint64_t expected = reference_digest(start, size, seed);

		assert_int_equal(digest_of(start, size, seed), expected);
		for (size_t piece = 1; piece <= 70; piece++)
			assert_int_equal(in_pieces(start, size, piece, seed), expected);
	}
}

static void test_seed_matters(void **state)
{
	static const uint8_t data[4096];
	uint64_t digests[64];

	(void)state;
	for (unsigned int bit = 0; bit < 64; bit++) {
		digests[bit] = digest_of(data, sizeof(data), 1ull << bit);
		for (unsigned int other = 0; other < bit; other++)
			assert_int_not_equal(digests[bit], digests[other]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_seed_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
