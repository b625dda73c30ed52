// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "purgatory/verify.h"
#include "sha256_reference.h"

#define MEMORY_BYTES 0x200000u
#define REGIONS	     16u
#define CHUNK	     PURGATORY_CHUNK_BYTES

/* The result must not depend on the method. */
struct image {
	uint8_t *memory;
	struct purgatory_region regions[REGIONS];
	struct sha256_method methods[3];
	size_t method_count;
};

static int verify_count(const struct image *image, uint32_t count)
{
	struct physical_memory memory = { .base = (uintptr_t)image->memory,
					  .size = MEMORY_BYTES };
	int first = verify_regions(&memory, image->regions, count, &image->methods[0]);

	for (size_t i = 1; i < image->method_count; i++)
		assert_int_equal(verify_regions(&memory, image->regions, count,
						&image->methods[i]),
				 first);
	return first;
}

static int verify(const struct image *image)
{
	return verify_count(image, REGIONS);
}

/* The digest that purgatory_params.h describes, with another SHA-256 implementation. */
static void digest_region(const struct image *image, struct purgatory_region *region)
{
	uint8_t list[MEMORY_BYTES / CHUNK + 1][SHA256_BYTES];
	size_t count = 0;

	for (uint64_t at = region->start; at < region->end; at += CHUNK) {
		uint64_t left = region->end - at;

		reference(image->memory + at, left < CHUNK ? left : CHUNK, list[count++]);
	}
	reference((uint8_t *)list, count * SHA256_BYTES, region->sha256);
}

/*
 * Regions with any number of full chunks up to two rounds of four lanes, with and without
 * a remainder, at any alignment, adjacent and apart.
 */
static void image_create(struct image *image)
{
	static const uint64_t sizes[REGIONS] = {
		0x2000,
		0x1000,
		1,
		CHUNK,
		CHUNK + 1,
		CHUNK - 1,
		2 * CHUNK,
		2 * CHUNK + 777,
		3 * CHUNK,
		3 * CHUNK + 1,
		4 * CHUNK,
		4 * CHUNK + 64,
		5 * CHUNK - 1,
		63,
		64,
		65,
	};
	uint64_t at = 0x1000;

	image->memory = test_malloc(MEMORY_BYTES);
	image->method_count = all_methods(image->methods);
	srand(2);
	for (size_t i = 0; i < MEMORY_BYTES; i++)
		image->memory[i] = rand();
	for (size_t i = 0; i < REGIONS; i++) {
		struct purgatory_region *region = &image->regions[i];

		*region = (struct purgatory_region){ .start = at, .end = at + sizes[i] };
		at = region->end + i % 3;
		digest_region(image, region);
	}
	assert_true(at < MEMORY_BYTES);
}

static void image_free(struct image *image)
{
	test_free(image->memory);
}

static int region_at(const struct image *image, size_t address)
{
	for (size_t i = 0; i < REGIONS; i++)
		if (address >= image->regions[i].start && address < image->regions[i].end)
			return (int)i;
	return VERIFY_OK;
}

static void test_unchanged(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	assert_int_equal(verify(&image), VERIFY_OK);
	image_free(&image);
}

static void check_flipped(struct image *image, size_t address)
{
	image->memory[address] ^= 1 << address % 8;
	assert_int_equal(verify(image), region_at(image, address));
	image->memory[address] ^= 1 << address % 8;
}

/* Changes the first and last byte of each chunk, and the bytes beside each region. */
static void test_one_bit_anywhere(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	for (size_t i = 0; i < REGIONS; i++) {
		const struct purgatory_region *region = &image.regions[i];

		check_flipped(&image, region->start - 1);
		check_flipped(&image, region->end);
		for (uint64_t at = region->start; at < region->end; at += CHUNK) {
			uint64_t end = at + CHUNK < region->end ? at + CHUNK
								: region->end;

			check_flipped(&image, at);
			check_flipped(&image, at + (end - at) / 2);
			check_flipped(&image, end - 1);
		}
	}
	assert_int_equal(verify(&image), VERIFY_OK);
	image_free(&image);
}

/* The chunks are unchanged but in another order. */
static void test_chunks_in_another_order(void **state)
{
	struct image image;
	uint8_t *chunks, *kept = test_malloc(CHUNK);

	(void)state;
	image_create(&image);
	chunks = image.memory + image.regions[10].start;
	memcpy(kept, chunks, CHUNK);
	memcpy(chunks, chunks + CHUNK, CHUNK);
	memcpy(chunks + CHUNK, kept, CHUNK);
	assert_int_equal(verify(&image), 10);
	test_free(kept);
	image_free(&image);
}

/* A region with one chunk less or more, and so a shorter or longer list. */
static void test_another_length(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	image.regions[10].end -= CHUNK;
	assert_int_equal(verify(&image), 10);
	image.regions[10].end += 2 * CHUNK;
	assert_int_equal(verify(&image), 10);
	image_free(&image);
}

/* The digest of the bytes themselves must not be accepted. */
static void test_plain_digest_is_another(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	reference(image.memory + image.regions[1].start, 0x1000, image.regions[1].sha256);
	assert_int_equal(verify(&image), 1);
	image_free(&image);
}

static void test_first_of_several(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	image.memory[image.regions[9].start]++;
	image.memory[image.regions[4].end - 1]++;
	assert_int_equal(verify(&image), 4);
	image.regions[0].sha256[31] ^= 1;
	assert_int_equal(verify(&image), 0);
	image_free(&image);
}

static void test_empty_region(void **state)
{
	static const uint8_t of_nothing[] = { 0xe3, 0xb0, 0xc4, 0x42 };
	struct image image;

	(void)state;
	image_create(&image);
	image.regions[2].end = image.regions[2].start;
	assert_int_equal(verify(&image), 2);
	/* Only the digest of an empty list is right. */
	digest_region(&image, &image.regions[2]);
	assert_memory_equal(image.regions[2].sha256, of_nothing, sizeof(of_nothing));
	assert_int_equal(verify(&image), VERIFY_OK);
	image_free(&image);
}

static void test_impossible_regions(void **state)
{
	static const uint64_t ranges[][2] = {
		{ 0x4000, 0x3000 },
		{ MEMORY_BYTES - 0x1000, MEMORY_BYTES + 1 },
		{ 2 * MEMORY_BYTES, 2 * MEMORY_BYTES + 0x1000 },
		{ UINT64_MAX - 5, UINT64_MAX },
		{ UINT64_MAX, 0 },
	};
	struct image image;

	(void)state;
	image_create(&image);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		image.regions[1].start = ranges[i][0];
		image.regions[1].end = ranges[i][1];
		assert_int_equal(verify(&image), 1);
	}
	image_free(&image);
}

static void test_no_regions(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	image.memory[0x1000]++;
	assert_int_equal(verify_count(&image, 0), VERIFY_OK);
	image_free(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_one_bit_anywhere),
		cmocka_unit_test(test_chunks_in_another_order),
		cmocka_unit_test(test_another_length),
		cmocka_unit_test(test_plain_digest_is_another),
		cmocka_unit_test(test_first_of_several),
		cmocka_unit_test(test_empty_region),
		cmocka_unit_test(test_impossible_regions),
		cmocka_unit_test(test_no_regions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
