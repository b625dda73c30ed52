// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of verify.c: damage of every kind, at every kind of place, is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest_reference.h"
#include "purgatory/verify.h"

#define PAGE	     0x1000u
#define MEMORY_BYTES 0x80000u
#define REGIONS	     12u
#define SEED	     0x0123456789abcdefull
/* A region of whole pages, and the one behind it. */
#define PAGES_REGION 5u

struct image {
	uint8_t *memory;
	uint8_t *intact; /* a copy, to repair the memory with */
	struct purgatory_region regions[REGIONS];
	uint64_t seed;
};

static int verify_count(const struct image *image, uint32_t count)
{
	struct physical_memory memory = { .base = (uintptr_t)image->memory,
					  .size = MEMORY_BYTES };

	return verify_regions(&memory, image->regions, count, image->seed);
}

static int verify(const struct image *image)
{
	return verify_count(image, REGIONS);
}

static void digest_region(const struct image *image, struct purgatory_region *region)
{
	region->digest = reference_digest(image->memory + region->start,
					  region->end - region->start, image->seed);
}

/* Regions of all kinds of sizes, at any alignment, side by side and apart. */
static void image_create(struct image *image)
{
	static const uint64_t sizes[REGIONS] = {
		2 * PAGE, PAGE,		1, 7, 8, 16 * PAGE, 31, 4 * PAGE + 1777, 32, 33,
		63,	  9 * PAGE - 1,
	};
	uint64_t at = PAGE;

	image->seed = SEED;
	image->memory = test_malloc(MEMORY_BYTES);
	image->intact = test_malloc(MEMORY_BYTES);
	srand(2);
	for (size_t i = 0; i < MEMORY_BYTES; i++)
		image->memory[i] = rand();
	for (size_t i = 0; i < REGIONS; i++) {
		struct purgatory_region *region = &image->regions[i];

		if (i == PAGES_REGION)
			at = (at + PAGE - 1) / PAGE * PAGE;
		*region = (struct purgatory_region){ .start = at, .end = at + sizes[i] };
		at = region->end + i % 3;
		digest_region(image, region);
	}
	assert_true(at < MEMORY_BYTES);
	memcpy(image->intact, image->memory, MEMORY_BYTES);
}

static void image_free(struct image *image)
{
	test_free(image->memory);
	test_free(image->intact);
}

static void image_repair(struct image *image)
{
	memcpy(image->memory, image->intact, MEMORY_BYTES);
}

/* The first region in which memory is not what it was. */
static int first_damaged(const struct image *image)
{
	for (size_t i = 0; i < REGIONS; i++) {
		const struct purgatory_region *region = &image->regions[i];

		if (memcmp(image->memory + region->start, image->intact + region->start,
			   region->end - region->start))
			return (int)i;
	}
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

static void check_each_bit(struct image *image, size_t address)
{
	for (unsigned int bit = 0; bit < 8; bit++) {
		image->memory[address] ^= 1 << bit;
		assert_int_equal(verify(image), first_damaged(image));
		image->memory[address] ^= 1 << bit;
	}
}

/*
 * First and last byte, both sides of each page boundary, and the bytes beside a region.
 */
static void test_one_bit(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	for (size_t i = 0; i < REGIONS; i++) {
		const struct purgatory_region *region = &image.regions[i];

		check_each_bit(&image, region->start - 1);
		check_each_bit(&image, region->start);
		check_each_bit(&image, region->end - 1);
		check_each_bit(&image, region->end);
		for (uint64_t at = region->start / PAGE * PAGE + PAGE; at < region->end;
		     at += PAGE) {
			check_each_bit(&image, at - 1);
			check_each_bit(&image, at);
		}
	}
	assert_int_equal(verify(&image), VERIFY_OK);
	image_free(&image);
}

/*
 * Every byte of a region that has all the steps of the digest: words of 32, 8, 4 and 1.
 */
static void test_every_byte(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	image.regions[0].end = image.regions[0].start + 3 * 32 + 8 + 4 + 3;
	digest_region(&image, &image.regions[0]);
	for (uint64_t at = image.regions[0].start; at < image.regions[0].end; at++)
		check_each_bit(&image, at);
	image_free(&image);
}

/* The pages of a region, counted from 0, each of which is as it was at another place. */
static void test_swapped_pages(void **state)
{
	struct image image;
	uint8_t *pages;

	(void)state;
	image_create(&image);
	pages = image.memory + image.regions[PAGES_REGION].start;
	for (unsigned int a = 0; a < 16; a++)
		for (unsigned int b = 0; b < a; b++) {
			uint8_t kept[PAGE];

			memcpy(kept, pages + a * PAGE, PAGE);
			memcpy(pages + a * PAGE, pages + b * PAGE, PAGE);
			assert_int_equal(verify(&image), PAGES_REGION);
			memcpy(pages + b * PAGE, kept, PAGE);
			assert_int_equal(verify(&image), PAGES_REGION);
			image_repair(&image);
		}
	image_free(&image);
}

/* All of it is there, some bytes or pages away from its place. */
static void test_shifted(void **state)
{
	static const size_t distances[] = { 1, 8, 32, 63, 512, PAGE, 3 * PAGE };
	struct image image;

	(void)state;
	image_create(&image);
	for (size_t i = 0; i < sizeof(distances) / sizeof(*distances); i++) {
		const struct purgatory_region *region = &image.regions[PAGES_REGION];
		size_t size = region->end - region->start;

		memcpy(image.memory + region->start + distances[i],
		       image.intact + region->start, size);
		assert_int_equal(verify(&image), PAGES_REGION);
		image_repair(&image);
		memcpy(image.memory + region->start - distances[i],
		       image.intact + region->start, size);
		assert_int_equal(verify(&image), first_damaged(&image));
		assert_int_not_equal(verify(&image), VERIFY_OK);
		image_repair(&image);
	}
	image_free(&image);
}

/* Zeros, and ones, from any page up to any other. */
static void test_erased_pages(void **state)
{
	struct image image;
	uint8_t *pages;

	(void)state;
	image_create(&image);
	pages = image.memory + image.regions[PAGES_REGION].start;
	for (size_t from = 0; from < 16; from++)
		for (size_t to = from + 1; to <= 16; to++)
			for (int value = 0; value <= 0xff; value += 0xff) {
				memset(pages + from * PAGE, value, (to - from) * PAGE);
				assert_int_equal(verify(&image), PAGES_REGION);
				image_repair(&image);
			}
	image_free(&image);
}

/* In memory of zeros a lost or gained zero leaves no other trace. */
static void test_length_of_zeros(void **state)
{
	static const int differences[] = { -4096, -32, -8, -1, 1, 8, 32, 4096 };
	struct image image;

	(void)state;
	image_create(&image);
	memset(image.memory, 0, MEMORY_BYTES);
	for (size_t i = 0; i < REGIONS; i++)
		digest_region(&image, &image.regions[i]);
	assert_int_equal(verify(&image), VERIFY_OK);
	for (size_t i = 0; i < sizeof(differences) / sizeof(*differences); i++) {
		image.regions[PAGES_REGION].end += differences[i];
		assert_int_equal(verify(&image), PAGES_REGION);
		image.regions[PAGES_REGION].end -= differences[i];
	}
	image_free(&image);
}

/* Overwrites, copies or flips bits of up to three places of any size. */
static void damage(struct image *image)
{
	for (int places = 1 + rand() % 3; places; places--) {
		size_t size = 1 + (size_t)rand() % (rand() % 4 ? 16 : 3 * PAGE);
		size_t to = (size_t)rand() % (MEMORY_BYTES / 2 - size);
		size_t from = (size_t)rand() % (MEMORY_BYTES / 2 - size);

		switch (rand() % 4) {
		case 0:
			image->memory[to] ^= 1 << rand() % 8;
			break;
		case 1:
			memset(image->memory + to, rand(), size);
			break;
		case 2:
			memmove(image->memory + to, image->memory + from, size);
			break;
		case 3:
			for (size_t i = 0; i < size; i++)
				image->memory[to + i] = rand();
		}
	}
}

static void test_random_damage(void **state)
{
	unsigned int damaged = 0;
	struct image image;

	(void)state;
	image_create(&image);
	srand(20);
	for (unsigned int i = 0; i < 20000; i++) {
		damage(&image);
		damaged += first_damaged(&image) != VERIFY_OK;
		assert_int_equal(verify(&image), first_damaged(&image));
		image_repair(&image);
	}
	print_message("  %u of 20000 images were damaged inside a region\n", damaged);
	assert_true(damaged > 10000);
	image_free(&image);
}

/* An image that an earlier load has left at the same place, whole, is not this one. */
static void test_another_seed(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	for (unsigned int bit = 0; bit < 64; bit++) {
		image.seed = SEED ^ 1ull << bit;
		assert_int_equal(verify(&image), 0);
	}
	image_free(&image);
}

static void test_another_digest(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	for (unsigned int bit = 0; bit < 64; bit++) {
		image.regions[3].digest ^= 1ull << bit;
		assert_int_equal(verify(&image), 3);
		image.regions[3].digest ^= 1ull << bit;
	}
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
	image.regions[0].digest ^= 1;
	assert_int_equal(verify(&image), 0);
	image_free(&image);
}

static void test_empty_region(void **state)
{
	struct image image;

	(void)state;
	image_create(&image);
	image.regions[2].end = image.regions[2].start;
	assert_int_equal(verify(&image), 2);
	/* Only the digest of no byte at all fits. */
	digest_region(&image, &image.regions[2]);
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
		cmocka_unit_test(test_one_bit),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_swapped_pages),
		cmocka_unit_test(test_shifted),
		cmocka_unit_test(test_erased_pages),
		cmocka_unit_test(test_length_of_zeros),
		cmocka_unit_test(test_random_damage),
		cmocka_unit_test(test_another_seed),
		cmocka_unit_test(test_another_digest),
		cmocka_unit_test(test_first_of_several),
		cmocka_unit_test(test_empty_region),
		cmocka_unit_test(test_impossible_regions),
		cmocka_unit_test(test_no_regions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
