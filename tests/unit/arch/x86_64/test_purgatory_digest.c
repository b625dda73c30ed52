// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory_digest.c: lists of chunks, one or several threads, files. */
#include "arch/x86_64/purgatory_digest.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#include "fixtures.h"
#include "purgatory/purgatory_params.h"
#include "sha256_reference.h"

#define CHUNK PURGATORY_CHUNK_BYTES

/* A file in memory of this size, whose holes read as zeros. */
static void memory_file(struct kernel_file *file, uint64_t size)
{
	*file = (struct kernel_file){ .fd = memfd_create("test", MFD_CLOEXEC),
				      .original_fd = -1,
				      .path = strdup("initrd"),
				      .size = size };
	assert_true(file->fd >= 0);
	assert_int_equal(ftruncate(file->fd, (off_t)size), 0);
}

/* The progress reports of one digest. */
struct reported {
	pthread_t thread;
	uint64_t last;
	uint64_t total;
};

/* The progress bar needs reports from one thread, in ascending order. */
static void check_step(void *context, const char *what, uint64_t done, uint64_t total)
{
	struct reported *reported = context;

	assert_true(pthread_equal(reported->thread, pthread_self()));
	assert_string_equal(what, "computing digests");
	assert_int_equal(total, reported->total);
	assert_true(done >= reported->last && done <= total);
	reported->last = done;
}

static void digest_is(const struct segment *segment, const uint8_t *expected)
{
	struct sha256_method methods[3];
	size_t count = all_methods(methods);

	for (size_t i = 0; i < count; i++) {
		struct reported reported = { .thread = pthread_self(),
					     .total = segment->data_size };
		const struct progress progress = { check_step, &reported };
		uint8_t digest[SHA256_BYTES];

		assert_int_equal(
			purgatory_digest(segment, &methods[i], &progress, digest, NULL),
			0);
		assert_memory_equal(digest, expected, SHA256_BYTES);
		assert_int_equal(reported.last, segment->data_size);
	}
}

static const uint64_t sizes[] = {
	0,	   1,	      4096,	     CHUNK - 1,	 CHUNK,		  CHUNK + 1,
	2 * CHUNK, 3 * CHUNK, 4 * CHUNK - 1, 4 * CHUNK,	 4 * CHUNK + 1,	  7 * CHUNK + 9,
	8 * CHUNK, 9 * CHUNK, 32 * CHUNK,    33 * CHUNK, 49 * CHUNK + 77,
};

static void data_in_memory(void **state)
{
	uint64_t most = sizes[COUNT(sizes) - 1];
	uint8_t *data = malloc(most), *list = malloc((most / CHUNK + 1) * SHA256_BYTES);

	(void)state;
	assert_true(data && list);
	srand(4);
	for (size_t i = 0; i < most; i++)
		data[i] = rand();
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct segment segment = { .name = "test",
					   .start = 0x100000,
					   .end = 0x8000000,
					   .data_size = sizes[i],
					   .owned = data };
		uint8_t expected[SHA256_BYTES];
		size_t count = 0;

		for (uint64_t at = 0; at < sizes[i]; at += CHUNK)
			reference(data + at,
				  sizes[i] - at < CHUNK ? sizes[i] - at : CHUNK,
				  list + SHA256_BYTES * count++);
		reference(list, SHA256_BYTES * count, expected);
		digest_is(&segment, expected);
	}
	free(data);
	free(list);
}

/*
 * More than one batch. All chunks are zeros except some at the borders, so that a digest
 * in the wrong place of the list is noticed.
 */
static void several_batches(void **state)
{
	static const uint64_t marked[] = { 0, 1, 3, 4, 4095, 4096, 4100, 4127, 4128 };
	static uint8_t chunk[CHUNK], list[4129][SHA256_BYTES];
	uint64_t size = 4128ull * CHUNK + 100;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	struct segment segment = { .name = "test", .end = size + 5000, .file = &file };
	uint8_t expected[SHA256_BYTES];

	(void)state;
	memory_file(&file, size + 3);
	segment.file_offset = 3;
	segment.data_size = size;
	chunk[50] = 0;
	reference(chunk, CHUNK, list[0]);
	for (size_t i = 1; i < COUNT(list); i++)
		memcpy(list[i], list[0], SHA256_BYTES);
	for (size_t i = 0; i < COUNT(marked); i++) {
		size_t length = marked[i] == 4128 ? 100 : CHUNK;

		chunk[50] = (uint8_t)(i + 1);
		assert_int_equal(pwrite(file.fd, chunk + 50, 1,
					(off_t)(marked[i] * CHUNK + 3 + 50)),
				 1);
		reference(chunk, length, list[marked[i]]);
	}
	reference((uint8_t *)list, sizeof(list), expected);
	digest_is(&segment, expected);
}

static void shorter_file(void **state)
{
	struct sha256_method method = sha256_method_portable();
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct segment segment = { .name = "test",
				   .end = 200 * CHUNK,
				   .file = &file,
				   .data_size = 200 * CHUNK };
	uint8_t digest[SHA256_BYTES] = { 1 };

	(void)state;
	memory_file(&file, 200 * CHUNK);
	assert_int_equal(ftruncate(file.fd, 70 * CHUNK), 0);
	assert_int_equal(purgatory_digest(&segment, &method, NULL, digest, &err), -EIO);
	/* The first group of four that is incomplete. */
	assert_non_null(strstr(err.message, "at byte 4456448: it has become shorter"));
	assert_int_equal(digest[0], 1);
	assert_int_equal(purgatory_digest(&segment, &method, NULL, digest, NULL), -EIO);
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
		cmocka_unit_test(several_batches),
		cmocka_unit_test(shorter_file),
		{ "data_in_memory, one CPU", data_in_memory, one_cpu, NULL, NULL },
		cmocka_unit_test(several_batches),
		cmocka_unit_test(shorter_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
