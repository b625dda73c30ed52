// SPDX-License-Identifier: GPL-2.0-only
/*
 * Digests of an image, computed by several threads. A digest must be computed from start
 * to end, so large segments are divided into parts, each a region with a digest of its
 * own. The threads take the regions one after the other.
 */
#include "arch/x86_64/purgatory_digest.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "purgatory/digest.h"
#include "util/bytes.h"

/* Regions that are left for further parts once each segment has one. */
#define SPARE_REGIONS (PURGATORY_REGIONS_MAX - IMAGE_SEGMENTS_MAX)

/* A part takes about 1 ms, which is ten times as long as starting a thread. */
#define PART_BYTES_MIN (4ull << 20)

/* More threads gain nothing, because memory bandwidth is the limit. */
#define THREADS_MAX  8u
#define BUFFER_BYTES (128u << 10)

/* Data that the threads share. */
struct work {
	const struct progress *progress; /* for the first worker alone */
	uint64_t total;			 /* bytes of all regions */
	uint64_t seed;
	uint32_t count; /* of regions */
	struct purgatory_region *regions;
	const struct segment *segments[PURGATORY_REGIONS_MAX]; /* of each region */

	pthread_mutex_t lock; /* for all that follows */
	uint64_t done;	      /* bytes that were read */
	uint64_t spent;	      /* nanoseconds of all threads, on computing only */
	uint32_t next;	      /* the first region that no thread has taken */
	uint32_t failed;      /* the lowest unreadable region, or count */
	struct error *err;    /* why that region cannot be read */
};

struct worker {
	struct work *work;
	uint8_t *buffer; /* of BUFFER_BYTES */
	pthread_t thread;
	bool is_first; /* the thread that called purgatory_digest */
};

/* Returns false if no region is left, or an earlier one has failed. */
static bool take_region(struct work *work, uint32_t *region)
{
	bool taken = false;

	pthread_mutex_lock(&work->lock);
	if (work->next < work->failed) {
		*region = work->next++;
		taken = true;
	}
	pthread_mutex_unlock(&work->lock);
	return taken;
}

/* Keeps the message for the lowest region that cannot be read, whichever fails first. */
static void fail(struct work *work, uint32_t region, struct error *err)
{
	pthread_mutex_lock(&work->lock);
	if (region < work->failed) {
		struct error other = *work->err;

		work->failed = region;
		*work->err = *err;
		*err = other;
	}
	pthread_mutex_unlock(&work->lock);
}

static void step(const struct worker *worker, size_t size)
{
	struct work *work = worker->work;
	uint64_t done;

	pthread_mutex_lock(&work->lock);
	done = work->done += size;
	pthread_mutex_unlock(&work->lock);
	if (worker->is_first)
		progress_step(work->progress, "computing digests", done, work->total);
}

static uint64_t nanoseconds(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int digest_region(const struct worker *worker, uint32_t number, struct error *err)
{
	const struct segment *segment = worker->work->segments[number];
	struct purgatory_region *region = &worker->work->regions[number];
	uint64_t at = region->start, spent = 0;
	struct digest digest;

	digest_begin(&digest, worker->work->seed);
	while (at < region->end) {
		uint64_t left = region->end - at;
		size_t size = left < BUFFER_BYTES ? left : BUFFER_BYTES;
		int rc = segment_read(segment, at - segment->start, worker->buffer, size,
				      err);

		if (rc < 0)
			return rc;
		spent -= nanoseconds();
		digest_add(&digest, worker->buffer, size);
		spent += nanoseconds();
		at += size;
		step(worker, size);
	}
	region->digest = digest_end(&digest);
	pthread_mutex_lock(&worker->work->lock);
	worker->work->spent += spent;
	pthread_mutex_unlock(&worker->work->lock);
	return 0;
}

static void *run(void *argument)
{
	const struct worker *worker = argument;
	uint32_t region;

	while (take_region(worker->work, &region)) {
		_cleanup_error_ struct error err = { 0 };

		if (digest_region(worker, region, &err) < 0)
			fail(worker->work, region, &err);
	}
	return NULL;
}

/*
 * The calling thread is the first worker, and the only one if no thread can be started.
 */
static void run_all(struct worker *workers, unsigned int count)
{
	unsigned int started = 1, i;

	while (started < count &&
	       !pthread_create(&workers[started].thread, NULL, run, &workers[started]))
		started++;
	run(&workers[0]);
	for (i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}

/*
 * Counts the CPUs that this process may use, for example in a container or under
 * taskset(1). The call fails if the set has too few bits for the machine's CPUs; Linux
 * can be built for 8192.
 */
static unsigned int cpu_count(void)
{
	cpu_set_t cpus[8192 / CPU_SETSIZE];

	if (sched_getaffinity(0, sizeof(cpus), cpus) < 0)
		return 1;
	return (unsigned int)CPU_COUNT_S(sizeof(cpus), cpus);
}

static unsigned int worker_count(uint64_t total)
{
	uint64_t useful = total / PART_BYTES_MIN;
	unsigned int cpus = cpu_count();
	unsigned int most = cpus < THREADS_MAX ? cpus : THREADS_MAX;

	return useful < most ? (useful ? (unsigned int)useful : 1) : most;
}

static bool is_verified(const struct segment *segment)
{
	return !segment->unverified && segment->data_size;
}

/* Adds the regions of one segment, of which all but the last have part bytes. */
static void divide(struct work *work, const struct segment *segment, uint64_t part)
{
	uint64_t start = segment->start, end = start + segment->data_size;

	while (start < end) {
		struct purgatory_region *region = &work->regions[work->count];

		work->segments[work->count++] = segment;
		region->start = start;
		region->end = end - start < part ? end : start + part;
		snprintf(region->name, sizeof(region->name), "%s", segment->name);
		start = region->end;
	}
}

/*
 * Divides the image. Parts are so large that all of them together are at most
 * SPARE_REGIONS, and each segment has at most one region that is smaller.
 */
static void find_regions(const struct image *image, struct work *work)
{
	uint64_t part;
	size_t i;

	for (i = 0; i < image->segment_count; i++)
		if (is_verified(&image->segments[i]))
			work->total += image->segments[i].data_size;
	part = align_up(work->total / SPARE_REGIONS + 1, PAGE_BYTES);
	if (part < PART_BYTES_MIN)
		part = PART_BYTES_MIN;
	for (i = 0; i < image->segment_count; i++)
		if (is_verified(&image->segments[i]))
			divide(work, &image->segments[i], part);
	work->failed = work->count;
}

static int digest_regions(struct work *work)
{
	unsigned int count = worker_count(work->total), i;
	_cleanup_free_ uint8_t *buffers = malloc((size_t)count * BUFFER_BYTES);
	struct worker workers[THREADS_MAX];

	if (!buffers)
		return error_no_memory(work->err);
	for (i = 0; i < count; i++)
		workers[i] = (struct worker){
			.work = work,
			.buffer = buffers + (size_t)i * BUFFER_BYTES,
			.is_first = !i,
		};
	run_all(workers, count);
	if (work->failed < work->count)
		return -work->err->number;
	progress_step(work->progress, "computing digests", work->total, work->total);
	return 0;
}

/* Purgatory computes the same digests on one CPU, with the same code. */
static void note_speed(const struct work *work, struct image_digest *digest)
{
	uint64_t product;

	digest->bytes = work->total;
	if (work->spent && multiply_u64(work->total, 1000000000u, &product))
		digest->per_second = product / work->spent;
}

int purgatory_digest(struct image *image, struct purgatory_params *params,
		     struct error *err)
{
	_cleanup_error_ struct error reason = { 0 };
	struct work work = {
		.progress = image->progress,
		.seed = image->digest.seed,
		.regions = params->regions,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.err = &reason,
	};
	int rc;

	find_regions(image, &work);
	rc = digest_regions(&work);
	pthread_mutex_destroy(&work.lock);
	if (rc < 0 && err) {
		error_clear(err);
		*err = reason;
		reason = (struct error){ 0 };
	}
	if (rc < 0)
		return rc;
	note_speed(&work, &image->digest);
	params->digest_seed = work.seed;
	params->region_count = work.count;
	return 0;
}
