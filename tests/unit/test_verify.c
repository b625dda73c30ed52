// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "purgatory/verify.h"

#define MEMORY_BYTES 0x10000u
#define REGIONS	     4u

struct image {
	uint8_t memory[MEMORY_BYTES];
	struct handover_region regions[REGIONS];
};

static struct physical_memory memory_of(struct image *image)
{
	return (struct physical_memory){ .base = (uintptr_t)image->memory,
					 .size = MEMORY_BYTES };
}

static int verify(struct image *image)
{
	struct physical_memory memory = memory_of(image);

	return verify_regions(&memory, image->regions, REGIONS, sha256_blocks_portable);
}

static void image_create(struct image *image)
{
	static const struct handover_region regions[REGIONS] = {
		{ .start = 0x1000, .end = 0x3000, .name = "kernel" },
		{ .start = 0x3000, .end = 0x4000, .name = "initrd" },
		{ .start = 0x8001, .end = 0x8002, .name = "one byte" },
		{ .start = 0xf000, .end = 0x10000, .name = "parameters" },
	};

	srand(2);
	for (size_t i = 0; i < MEMORY_BYTES; i++)
		image->memory[i] = rand();
	memcpy(image->regions, regions, sizeof(regions));
	for (size_t i = 0; i < REGIONS; i++) {
		struct handover_region *region = &image->regions[i];
		struct sha256 sha;

		sha256_init(&sha, sha256_blocks_portable);
		sha256_update(&sha, image->memory + region->start,
			      region->end - region->start);
		sha256_final(&sha, region->sha256);
	}
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
}

static void test_one_bit_anywhere(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	for (size_t address = 0; address < MEMORY_BYTES; address += 101) {
		image.memory[address] ^= 1 << address % 8;
		assert_int_equal(verify(&image), region_at(&image, address));
		image.memory[address] ^= 1 << address % 8;
	}
	/* The bytes on both sides of every edge. */
	for (size_t i = 0; i < REGIONS; i++) {
		uint64_t edges[] = { image.regions[i].start - 1, image.regions[i].start,
				     image.regions[i].end - 1, image.regions[i].end };

		for (size_t j = 0; j < 4 && edges[j] < MEMORY_BYTES; j++) {
			image.memory[edges[j]] ^= 0x80;
			assert_int_equal(verify(&image), region_at(&image, edges[j]));
			image.memory[edges[j]] ^= 0x80;
		}
	}
	assert_int_equal(verify(&image), VERIFY_OK);
}

static void test_first_of_several(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	image.memory[0xf000]++;
	image.memory[0x3fff]++;
	assert_int_equal(verify(&image), 1);
	image.regions[0].sha256[31] ^= 1;
	assert_int_equal(verify(&image), 0);
}

static void test_empty_region(void **state)
{
	static const uint8_t of_nothing[] = { 0xe3, 0xb0, 0xc4, 0x42 };
	struct image image;

	(void)state;
	image_create(&image);
	image.regions[2].end = image.regions[2].start;
	assert_int_equal(verify(&image), 2);
	/* Only the digest of no byte at all fits. */
	{
		struct sha256 sha;

		sha256_init(&sha, sha256_blocks_portable);
		sha256_final(&sha, image.regions[2].sha256);
		assert_memory_equal(image.regions[2].sha256, of_nothing,
				    sizeof(of_nothing));
	}
	assert_int_equal(verify(&image), VERIFY_OK);
}

static void test_impossible_regions(void **state)
{
	static const uint64_t ranges[][2] = {
		{ 0x4000, 0x3000 },   { 0xf000, 0x10001 },
		{ 0x20000, 0x21000 }, { UINT64_MAX - 5, UINT64_MAX },
		{ UINT64_MAX, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		struct image image;

		image_create(&image);
		image.regions[1].start = ranges[i][0];
		image.regions[1].end = ranges[i][1];
		assert_int_equal(verify(&image), 1);
	}
}

static void test_no_regions(void **state)
{
	struct image image;
	struct physical_memory memory = memory_of(&image);

	(void)state;
	image_create(&image);
	image.memory[0x1000]++;
	assert_int_equal(
		verify_regions(&memory, image.regions, 0, sha256_blocks_portable),
		VERIFY_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_one_bit_anywhere),
		cmocka_unit_test(test_first_of_several),
		cmocka_unit_test(test_empty_region),
		cmocka_unit_test(test_impossible_regions),
		cmocka_unit_test(test_no_regions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
