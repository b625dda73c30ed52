// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory_digest.c: how an image is divided, threads, files. */
#include "arch/x86_64/purgatory_digest.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#include "fixtures.h"
#include "purgatory/digest_reference.h"

#define SEED 0xfedcba9876543210ull

/* A file in memory of the size, whose holes are zeros. */
static void memory_file(struct kernel_file *file, uint64_t size)
{
	*file = (struct kernel_file){ .fd = memfd_create("test", MFD_CLOEXEC),
				      .original_fd = -1,
				      .path = strdup("initrd"),
				      .size = size };
	assert_true(file->fd >= 0);
	assert_int_equal(ftruncate(file->fd, (off_t)size), 0);
}

/* The steps that were reported. */
struct reported {
	pthread_t thread;
	uint64_t last;
	uint64_t total;
};

/* A bar needs all steps to come from one thread, and none to go back. */
static void check_step(void *context, const char *what, uint64_t done, uint64_t total)
{
	struct reported *reported = context;

	assert_true(pthread_equal(reported->thread, pthread_self()));
	assert_string_equal(what, "computing digests");
	assert_int_equal(total, reported->total);
	assert_true(done >= reported->last && done <= total);
	reported->last = done;
}

static void add_segment(struct image *image, const char *name, uint64_t start,
			uint64_t size, uint8_t *data)
{
	image->segments[image->segment_count++] = (struct segment){
		.name = name,
		.start = start,
		.end = start + align_up(size, PAGE_BYTES) + PAGE_BYTES,
		.data_size = size,
		.owned = data,
	};
}

/*
 * The regions of the image: no gap, no overlap, no byte of padding, in the segments'
 * order.
 */
static void regions_fit(const struct image *image, const struct purgatory_params *params)
{
	const struct purgatory_region *region = params->regions;
	size_t i;

	for (i = 0; i < image->segment_count; i++) {
		const struct segment *segment = &image->segments[i];
		uint64_t at = segment->start, end = at + segment->data_size;

		for (; !segment->unverified && at < end; region++) {
			assert_int_equal(region->start, at);
			assert_true(region->end > at && region->end <= end);
			assert_string_equal(region->name, segment->name);
			at = region->end;
		}
	}
	assert_int_equal(region - params->regions, params->region_count);
	assert_true(params->region_count <= PURGATORY_REGIONS_MAX);
	for (; region < params->regions + PURGATORY_REGIONS_MAX; region++)
		assert_int_equal(region->start | region->end | region->digest, 0);
}

/* Whole image in data, which has the byte at image_start first. */
static void digests_are_right(const struct purgatory_params *params, const uint8_t *data,
			      uint64_t image_start)
{
	assert_int_equal(params->digest_seed, SEED);
	for (uint32_t i = 0; i < params->region_count; i++) {
		const struct purgatory_region *region = &params->regions[i];

		assert_int_equal(region->digest,
				 reference_digest(data + (region->start - image_start),
						  region->end - region->start, SEED));
	}
}

static void digest_image(struct image *image, uint64_t total,
			 struct purgatory_params *params)
{
	struct reported reported = { .thread = pthread_self(), .total = total };
	const struct progress progress = { check_step, &reported };

	*params = (struct purgatory_params){ 0 };
	image->progress = &progress;
	image->digest.seed = SEED;
	assert_int_equal(purgatory_digest(image, params, NULL), 0);
	assert_int_equal(reported.last, total);
	regions_fit(image, params);
}

static uint8_t *random_bytes(size_t size)
{
	uint8_t *data = malloc(size);

	assert_non_null(data);
	srand(4);
	for (size_t i = 0; i < size; i++)
		data[i] = rand();
	return data;
}

static const uint64_t sizes[] = {
	1,	     4096,    128 * 1024 - 1, 128 * 1024,   128 * 1024 + 1,
	4 * MIB - 1, 4 * MIB, 4 * MIB + 1,    9 * MIB + 77,
};

static void data_in_memory(void **state)
{
	uint8_t *data = random_bytes(sizes[COUNT(sizes) - 1]);

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct purgatory_params params;
		struct image image = { 0 };

		add_segment(&image, "test", MIB, sizes[i], data);
		digest_image(&image, sizes[i], &params);
		assert_int_equal(params.region_count, (sizes[i] - 1) / (4 * MIB) + 1);
		digests_are_right(&params, data, MIB);
	}
	free(data);
}

/* As many segments as there can be, of which each but the largest needs one region. */
static void most_segments(void **state)
{
	uint8_t *data = random_bytes(64 * MIB);
	struct purgatory_params params;
	struct image image = { 0 };
	uint64_t at = MIB, total = 0;

	(void)state;
	for (size_t i = 0; i < IMAGE_SEGMENTS_MAX; i++) {
		uint64_t size = i == 7 ? 300 * MIB / 16 : 2 * MIB + i;

		add_segment(&image, "fifteen letters", at, size, data + (at - MIB));
		at = image.segments[i].end;
		total += size;
	}
	assert_true(at - MIB <= 64 * MIB);
	digest_image(&image, total, &params);
	digests_are_right(&params, data, MIB);
	free(data);
}

/* Segments without data and those that purgatory writes to have no region. */
static void unverified_segments(void **state)
{
	uint8_t *data = random_bytes(3 * PAGE_BYTES);
	struct purgatory_params params;
	struct image image = { 0 };

	(void)state;
	add_segment(&image, "pool", MIB, 0, NULL);
	add_segment(&image, "purgatory", 2 * MIB, 10, data);
	image.segments[1].unverified = true;
	digest_image(&image, 0, &params);
	assert_int_equal(params.region_count, 0);
	add_segment(&image, "a name of more than fifteen letters", 3 * MIB, 99, data);
	image.progress = NULL;
	/* The name is cut to its room, NUL included. */
	assert_int_equal(purgatory_digest(&image, &params, NULL), 0);
	assert_int_equal(params.region_count, 1);
	assert_string_equal(params.regions[0].name, "a name of more ");
	assert_int_equal(params.regions[0].digest, reference_digest(data, 99, SEED));
	free(data);
}

/*
 * A file of zeros but for a byte at each border that matters: a part that is read at the
 * wrong place has another digest.
 */
static void large_file(void **state)
{
	uint64_t size = 230 * MIB + 100;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	struct purgatory_params params;
	struct image image = { 0 };
	const uint8_t *mapped;

	(void)state;
	memory_file(&file, size + 3);
	for (uint64_t at = 0; at < size; at += 5 * MIB + 12345)
		assert_int_equal(pwrite(file.fd, &at, sizeof(at), (off_t)at), sizeof(at));
	add_segment(&image, "initrd", 16 * MIB, size, NULL);
	image.segments[0].file = &file;
	image.segments[0].file_offset = 3;
	digest_image(&image, size, &params);
	assert_uint_in_range(params.region_count, 40, 48);
	mapped = mmap(NULL, size + 3, PROT_READ, MAP_SHARED, file.fd, 0);
	assert_true(mapped != MAP_FAILED);
	digests_are_right(&params, mapped + 3, 16 * MIB);
	munmap((void *)mapped, size + 3);
}

/*
 * The first byte that is missing lies in the fourth of ten parts; all others miss as
 * well.
 */
static void shorter_file(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct purgatory_params params = { 0 };
	struct image image = { 0 };

	(void)state;
	memory_file(&file, 40 * MIB);
	add_segment(&image, "initrd", 16 * MIB, 40 * MIB, NULL);
	image.segments[0].file = &file;
	assert_int_equal(ftruncate(file.fd, 14 * MIB + 5), 0);
	assert_int_equal(purgatory_digest(&image, &params, &err), -EIO);
	assert_non_null(strstr(err.message, "at byte 14680064: it has become shorter"));
	assert_int_equal(params.region_count, 0);
	assert_int_equal(purgatory_digest(&image, &params, NULL), -EIO);
}

static int one_cpu(void **state)
{
	cpu_set_t cpus, one;
	int cpu = 0;

	(void)state;
	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		return -1;
	while (!CPU_ISSET(cpu, &cpus))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_in_memory),
		cmocka_unit_test(most_segments),
		cmocka_unit_test(unverified_segments),
		cmocka_unit_test(large_file),
		cmocka_unit_test(shorter_file),
		{ "data_in_memory, one CPU", data_in_memory, one_cpu, NULL, NULL },
		cmocka_unit_test(large_file),
		cmocka_unit_test(shorter_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
